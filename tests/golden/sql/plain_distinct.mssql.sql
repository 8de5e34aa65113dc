SELECT "id"
FROM "t"
WHERE (NOT (("a" + '|') IS NOT DISTINCT FROM ("b" + '|'))) AND (("n" IS NOT DISTINCT FROM "m") OR (("a" + '|') IS NOT DISTINCT FROM NULL))
