WITH "metaxy_side_1" AS MATERIALIZED (
  SELECT "id", "b"
  FROM "t"
), "metaxy_side_2" AS MATERIALIZED (
  SELECT "id" AS "other", "a" AS "key", "n" AS "number"
  FROM "t"
), "metaxy_full_3" AS MATERIALIZED (
  SELECT NULL AS "id", NULL AS "b", "other", "key", "number"
  FROM "metaxy_side_2"
  WHERE (("key") IN (SELECT "b" FROM "metaxy_side_1")) IS NOT TRUE
  UNION ALL
  SELECT "id", "b", "other", "key", "number"
  FROM "metaxy_side_1" AS t1
  LEFT JOIN "metaxy_side_2" AS t2 ON t1."b" = t2."key"
)
SELECT "id", "b", "other", "key", "number"
FROM "metaxy_full_3" AS t3
