SELECT `id`, `path`, `updated_at`, `deleted_at`
FROM (
  SELECT `id`, `path`, `updated_at`, `deleted_at`
  FROM (
    SELECT `id`, `path`, `updated_at`, `deleted_at`, ROW_NUMBER() OVER (PARTITION BY `id`, SHA2(`id`, 256) ORDER BY CASE WHEN COALESCE(`deleted_at`, `updated_at`) IS NULL THEN 1 ELSE 0 END, COALESCE(`deleted_at`, `updated_at`) DESC) AS `__mx_rank`
    FROM `video/raw`
    WHERE (`path` = 'a' COLLATE utf8mb4_nopad_bin) OR (`path` = 'b' COLLATE utf8mb4_nopad_bin)
  ) AS ranked
  WHERE `__mx_rank` = 1
) AS t1
WHERE `deleted_at` IS NULL
