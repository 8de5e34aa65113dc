WITH "metaxy_part_1" AS (
  SELECT "id", "path", "updated_at", "deleted_at"
  FROM "video/raw"
), "metaxy_part_2" AS (
  SELECT "vid", CASE json_type("fields", '$."audio/fr"') WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(json_extract("fields", '$."audio/fr"') AS TEXT) END AS "audio"
  FROM "video/crop"
), "metaxy_part_3" AS (
  SELECT "id", "path", "updated_at", "deleted_at"
  FROM (
    SELECT "id", "path", "updated_at", "deleted_at"
    FROM "metaxy_part_1" AS t1
    WHERE ("id") IN (
      SELECT "vid"
      FROM "metaxy_part_2" AS t2
    )
  ) AS t3
), "metaxy_part_4" AS (
  SELECT "gone"
  FROM (SELECT column1 AS "gone" FROM (VALUES
    ('x'),
    (NULL)
  )) AS t5
)
SELECT "id", "path", "updated_at", "deleted_at"
FROM (
  SELECT "id", "path", "updated_at", "deleted_at"
  FROM "metaxy_part_3" AS t4
  WHERE (("id") IN (
    SELECT "gone"
    FROM "metaxy_part_4" AS t6
  )) IS NOT TRUE
) AS t7
