SELECT `id`, (SUBSTRING(SHA2(CONCAT('it''s|1|', CONVERT(`a` USING utf8mb4), '|', CONVERT(CAST(`n` AS CHAR) USING utf8mb4)), 256), 1, 8) COLLATE utf8mb4_nopad_bin) AS `sha256`, (SUBSTRING(MD5(CONCAT('it''s|1|', CONVERT(`a` USING utf8mb4), '|', CONVERT(CAST(`n` AS CHAR) USING utf8mb4))), 1, 64) COLLATE utf8mb4_nopad_bin) AS `md5`
FROM `t`
