WITH "metaxy_part_1" AS (
  SELECT "id", "path", "updated_at", "deleted_at"
  FROM "video/raw"
), "metaxy_part_2" AS (
  SELECT "vid", CASE json_type("fields", '$."audio/fr"') WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(json_extract("fields", '$."audio/fr"') AS TEXT) END AS "audio"
  FROM "video/crop"
)
SELECT "id", "path", "updated_at", "deleted_at", "vid", "audio"
FROM "metaxy_part_1" AS t1
LEFT JOIN "metaxy_part_2" AS t2 ON t1."id" = t2."vid"
