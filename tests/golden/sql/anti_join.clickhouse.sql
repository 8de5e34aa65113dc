SELECT "id", "path", "updated_at", "deleted_at"
FROM (
  SELECT "id", "path", "updated_at", "deleted_at"
  FROM "video/raw"
) AS t1
SEMI JOIN (
  SELECT "vid" AS "metaxy_match_1"
  FROM (
    SELECT "vid", tupleElement("fields", 'audio/fr') AS "audio"
    FROM "video/crop"
  ) AS t2
) AS t3 ON t1."id" = t3."metaxy_match_1"
ANTI JOIN (
  SELECT "gone" AS "metaxy_match_1"
  FROM (VALUES
    ('x'),
    (NULL)
  ) AS t4("gone")
) AS t5 ON t1."id" = t5."metaxy_match_1"
