SELECT "id", "path", "updated_at", "deleted_at", "vid", "audio"
FROM (
  SELECT "id", "path", "updated_at", "deleted_at"
  FROM "video/raw"
) AS t1
LEFT JOIN LATERAL (
  SELECT "vid", "audio"
  FROM (
    SELECT "vid", "fields"['audio/fr'] AS "audio"
    FROM "video/crop"
  ) AS t2
  WHERE t1."id" = t2."vid"
) AS t3 ON TRUE
