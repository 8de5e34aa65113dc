SELECT "id", "path", "updated_at", "deleted_at", "vid", "audio"
FROM (
  SELECT "id", "path", "updated_at", "deleted_at"
  FROM "video/raw"
) AS t1
LEFT JOIN (
  SELECT "vid", CAST(GET(PARSE_JSON("fields"), 'audio/fr') AS VARCHAR) AS "audio"
  FROM "video/crop"
) AS t2 ON t1."id" = t2."vid"
