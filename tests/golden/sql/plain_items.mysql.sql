SELECT `id`
FROM `t`
WHERE (`a` IN ('x' COLLATE utf8mb4_0900_bin, 'it''s' COLLATE utf8mb4_0900_bin, 'x ' COLLATE utf8mb4_0900_bin)) OR (`n` NOT IN (1, `m`)) OR (`day` IS NULL) OR (`real` IS NOT NULL)
