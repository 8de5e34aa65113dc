SELECT "id", "path", "updated_at", "deleted_at"
FROM "video/raw" AS stored
SEMI JOIN (
  SELECT CAST(max((coalesce(CAST(epoch_us(coalesce("deleted_at", "updated_at")) AS HUGEINT) + 9223372036854775809, 0) << 60) + rowid) & 1152921504606846975 AS BIGINT) AS row_number
  FROM "video/raw"
  GROUP BY "id"
) AS newest ON stored.rowid = newest.row_number
