WITH "metaxy_part_1" AS (
  SELECT "id", "n"
  FROM "t"
), "metaxy_part_2" AS (
  SELECT "id" AS "other", "a" AS "key", "n" AS "number"
  FROM "t"
), "metaxy_part_3" AS (
  SELECT "other"
  FROM "metaxy_part_2" AS t2
), "metaxy_part_4" AS (
  SELECT "id", "flag"
  FROM "t"
)
SELECT "id", "n", NULL AS "other", NULL AS "flag"
FROM "metaxy_part_1" AS t1
UNION ALL
SELECT NULL AS "id", NULL AS "n", "other", NULL AS "flag"
FROM "metaxy_part_3" AS t3
UNION ALL
SELECT "id", NULL AS "n", NULL AS "other", "flag"
FROM "metaxy_part_4" AS t4
