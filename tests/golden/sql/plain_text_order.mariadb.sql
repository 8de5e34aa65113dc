SELECT `id`
FROM `t`
WHERE (`a` < `b`) OR (`a` BETWEEN 'a' COLLATE utf8mb4_nopad_bin AND 'b' COLLATE utf8mb4_nopad_bin)
