WITH "metaxy_part_1" AS (
  SELECT "id", "a", "b", "n", "m", "flag", "day", "at", "moment", "fields"
  FROM "t"
), "metaxy_part_2" AS (
  SELECT "id" AS "other", "a" AS "key", "n" AS "number"
  FROM "t"
), "metaxy_part_3" AS (
  SELECT "key" AS "key2", "n" AS "n2"
  FROM "__mx_in_rows"
)
SELECT "id", "other", "n2"
FROM "metaxy_part_1" AS t1
JOIN "metaxy_part_2" AS t2 ON t1."b" = t2."key"
LEFT JOIN "metaxy_part_3" AS t3 ON t1."a" = t3."key2"
WHERE "n" > 0
