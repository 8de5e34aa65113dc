SELECT `id`, `ROWID`
FROM (
  SELECT `id`, `ROWID`, ROW_NUMBER() OVER (PARTITION BY `id` ORDER BY CASE WHEN `id` IS NULL THEN 1 ELSE 0 END, `id` DESC) AS `__mx_rank`
  FROM `t`
) AS ranked
WHERE `__mx_rank` = 1
