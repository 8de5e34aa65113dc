SELECT `id`, (CAST(JSON_OBJECT('it''s', `a`, 'a/b', NULL) AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin) AS `fields`
FROM `t`
