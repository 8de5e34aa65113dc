SELECT `id`
FROM `t`
WHERE `day` >= DATE '2025-01-31'
