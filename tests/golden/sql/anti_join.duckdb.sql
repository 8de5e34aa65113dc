SELECT "id", "path", "updated_at", "deleted_at"
FROM (
  SELECT "id", "path", "updated_at", "deleted_at"
  FROM "video/raw"
) AS t1
SEMI JOIN (
  SELECT "vid", "fields"['audio/fr'] AS "audio"
  FROM "video/crop"
) AS t2 ON t1."id" = t2."vid"
ANTI JOIN (
  SELECT "gone"
  FROM (VALUES
    ('x'),
    (NULL)
  ) AS t3("gone")
) AS t4 ON t1."id" = t4."gone"
