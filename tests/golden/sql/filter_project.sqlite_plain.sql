WITH "metaxy_part_1" AS (
  SELECT "id" AS "key"
  FROM "video/raw"
)
SELECT "key"
FROM "metaxy_part_1" AS t1
WHERE "key" = 'a'
