WITH "metaxy_part_1" AS (
  SELECT "id"
  FROM "t"
), "metaxy_part_2" AS (
  SELECT "id" AS "other", "a" AS "key", "n" AS "number"
  FROM "t"
)
SELECT "id"
FROM (
  SELECT "id"
  FROM "metaxy_part_1" AS t1
  WHERE EXISTS (
    SELECT 1
    FROM "metaxy_part_2" AS t2
    WHERE 1 = 1
  )
) AS t3
