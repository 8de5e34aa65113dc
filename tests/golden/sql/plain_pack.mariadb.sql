SELECT `id`, (JSON_OBJECT('it''s', `a`, 'a/b', NULL) COLLATE utf8mb4_nopad_bin) AS `fields`
FROM `t`
