SELECT `id`, `path`, `updated_at`, `deleted_at`, `vid`, `audio`
FROM (
  SELECT `id`, `path`, `updated_at`, `deleted_at`
  FROM `video/raw`
) AS t1
LEFT JOIN (
  SELECT `vid`, COALESCE(JSON_VALUE(`fields`, '$."audio/fr"'), NULLIF(JSON_QUERY(`fields`, '$."audio/fr"'), 'null')) AS `audio`
  FROM `video/crop`
) AS t2 ON t1.`id` = t2.`vid`
