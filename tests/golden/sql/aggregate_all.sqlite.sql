SELECT max(coalesce("deleted_at", "updated_at")) AS "last"
FROM "video/raw"
