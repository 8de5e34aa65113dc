WITH "metaxy_once_1" AS MATERIALIZED (
  SELECT "id", "n"
  FROM "t"
  WHERE "n" > 0
), "metaxy_part_1" AS (
  SELECT "id", "n"
  FROM "metaxy_once_1"
), "metaxy_part_2" AS (
  SELECT "id" AS "other"
  FROM "metaxy_once_1"
  WHERE "n" > 1
)
SELECT "id", "n"
FROM (
  SELECT "id", "n"
  FROM "metaxy_part_1" AS t1
  WHERE (("id") IN (
    SELECT "other"
    FROM "metaxy_part_2" AS t2
  )) IS NOT TRUE
) AS t3
