SELECT MAX(COALESCE(`deleted_at`, `updated_at`)) AS `last`
FROM `video/raw`
