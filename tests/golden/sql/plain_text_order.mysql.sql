SELECT `id`
FROM `t`
WHERE (`a` < `b`) OR (`a` BETWEEN 'a' COLLATE utf8mb4_0900_bin AND 'b' COLLATE utf8mb4_0900_bin)
