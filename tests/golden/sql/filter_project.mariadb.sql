SELECT `key`
FROM (
  SELECT `id` AS `key`
  FROM `video/raw`
) AS t1
WHERE `key` = 'a' COLLATE utf8mb4_nopad_bin
