SELECT `id`, `path`, `updated_at`, `deleted_at`, `vid`, `audio`
FROM (
  SELECT `id`, `path`, `updated_at`, `deleted_at`
  FROM `video/raw`
) AS t1
LEFT JOIN (
  SELECT `vid`, (CASE WHEN JSON_TYPE(JSON_EXTRACT(`fields`, '$."audio/fr"')) <> 'NULL' THEN JSON_UNQUOTE(JSON_EXTRACT(`fields`, '$."audio/fr"')) END COLLATE utf8mb4_0900_bin) AS `audio`
  FROM `video/crop`
) AS t2 ON t1.`id` = t2.`vid`
