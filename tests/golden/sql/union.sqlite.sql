WITH "metaxy_part_1" AS (
  SELECT "path", count(*) AS "n", count(DISTINCT "id") AS "ids", metaxy_list("id") AS "all"
  FROM "video/raw"
  WHERE "path" <> ''
  GROUP BY "path"
), "metaxy_part_2" AS (
  SELECT "id", "path", "updated_at", "deleted_at"
  FROM "video/raw"
  ORDER BY "id" NULLS LAST
)
SELECT "path", "n", "ids", "all", NULL AS "id", NULL AS "updated_at", NULL AS "deleted_at"
FROM "metaxy_part_1" AS t1
UNION ALL
SELECT "path", NULL AS "n", NULL AS "ids", NULL AS "all", "id", "updated_at", "deleted_at"
FROM "metaxy_part_2" AS t2
UNION ALL
SELECT NULL AS "path", "n", NULL AS "ids", NULL AS "all", NULL AS "id", NULL AS "updated_at", NULL AS "deleted_at"
FROM "t"
