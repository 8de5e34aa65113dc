SELECT `a`, `b`, `id`
FROM (
  SELECT `b` AS `a`, `a` AS `b`, `id`
  FROM `t`
) AS t1
ORDER BY CASE WHEN `a` IS NULL THEN 1 ELSE 0 END, `a`, CASE WHEN `b` IS NULL THEN 1 ELSE 0 END, `b`, CASE WHEN `id` IS NULL THEN 1 ELSE 0 END, `id`
LIMIT 5
