WITH "metaxy_side_1" AS MATERIALIZED (
  SELECT "id", "b", "m"
  FROM "t"
), "metaxy_side_2" AS MATERIALIZED (
  SELECT "id" AS "other", "a" AS "key", "n" AS "number"
  FROM "t"
), "metaxy_full_3" AS MATERIALIZED (
  SELECT NULL AS "id", NULL AS "b", NULL AS "m", "other", "key", "number"
  FROM "metaxy_side_2"
  WHERE (("key", "number") IN (SELECT "b", "m" FROM "metaxy_side_1")) IS NOT TRUE
  UNION ALL
  SELECT "id", "b", "m", "other", "key", "number"
  FROM "metaxy_side_1" AS t1
  LEFT JOIN "metaxy_side_2" AS t2 ON t1."b" = t2."key" AND t1."m" = t2."number"
)
SELECT "id", "b", "m", "other", "key", "number"
FROM "metaxy_full_3" AS t3
