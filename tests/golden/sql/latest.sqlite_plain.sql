WITH "metaxy_part_1" AS (
  SELECT "id", "path", "updated_at", "deleted_at"
  FROM (
    SELECT "id", "path", "updated_at", "deleted_at", ROW_NUMBER() OVER (PARTITION BY "id" ORDER BY COALESCE("deleted_at", "updated_at") DESC NULLS LAST, _rowid_ DESC) AS "__mx_rank"
    FROM "video/raw"
    WHERE ("path" = 'a') OR ("path" = 'b')
  ) AS ranked
  WHERE "__mx_rank" = 1
)
SELECT "id", "path", "updated_at", "deleted_at"
FROM "metaxy_part_1" AS t1
WHERE "deleted_at" IS NULL
