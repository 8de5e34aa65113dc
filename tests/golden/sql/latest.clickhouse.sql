SELECT "id", "path", "updated_at", "deleted_at"
FROM (
  SELECT "id", "path", "updated_at", "deleted_at"
  FROM "video/raw"
  WHERE "path" = 'a' OR "path" = 'b'
  ORDER BY "id", coalesce("deleted_at", "updated_at") DESC NULLS LAST
  LIMIT 1 BY "id"
) AS t1
WHERE "deleted_at" IS NULL
