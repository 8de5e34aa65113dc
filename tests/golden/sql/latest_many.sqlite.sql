SELECT "id", "path", "updated_at", "deleted_at"
FROM (
  SELECT "id", "path", "updated_at", "deleted_at", row_number() OVER (PARTITION BY "id" ORDER BY (coalesce("deleted_at", "updated_at")) DESC NULLS LAST, _rowid_ DESC) AS __mx_rank
  FROM "video/raw"
) AS ranked
WHERE __mx_rank = 1
