SELECT "b" AS "a", "a" AS "b", "id"
FROM "t"
ORDER BY "a" NULLS LAST, "b" NULLS LAST, "id" NULLS LAST
LIMIT 5
