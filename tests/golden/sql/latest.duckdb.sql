SELECT "id", "path", "updated_at", "deleted_at"
FROM (
  SELECT "id", "path", "updated_at", "deleted_at"
  FROM "video/raw" AS stored
  ANTI JOIN (
    SELECT rowid AS superseded
    FROM "video/raw"
    WHERE ("path" = 'a' OR "path" = 'b')
    AND hash("id") IN (
      SELECT hash("id")
      FROM "video/raw"
      WHERE ("path" = 'a' OR "path" = 'b')
      GROUP BY hash("id") HAVING count(*) > 1
    )
    QUALIFY row_number() OVER (PARTITION BY "id" ORDER BY (coalesce("deleted_at", "updated_at")) DESC NULLS LAST, rowid DESC) > 1
  ) AS older ON stored.rowid = older.superseded
  WHERE ("path" = 'a' OR "path" = 'b')
) AS t1
WHERE "deleted_at" IS NULL
