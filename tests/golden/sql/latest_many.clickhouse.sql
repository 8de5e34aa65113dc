SELECT "id", "path", "updated_at", "deleted_at"
FROM "video/raw"
ORDER BY "id", toUnixTimestamp64Micro(toDateTime64(coalesce("deleted_at", "updated_at"), 6, 'UTC')) DESC NULLS LAST
LIMIT 1 BY "id"
