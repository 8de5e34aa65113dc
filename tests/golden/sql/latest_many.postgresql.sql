SELECT "id", "path", "updated_at", "deleted_at"
FROM (
  SELECT "id", "path", "updated_at", "deleted_at", row_number() OVER (PARTITION BY "id" ORDER BY CAST(extract(epoch FROM coalesce("deleted_at", "updated_at")) * 1000000 AS bigint) DESC NULLS LAST, ctid DESC) AS __mx_rank
  FROM "video/raw"
) AS ranked
WHERE __mx_rank = 1
