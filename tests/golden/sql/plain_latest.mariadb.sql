SELECT `a`, `n`
FROM (
  SELECT `id`, `a`, `b`, `n`, `m`, `flag`, `day`, `at`, `moment`, `fields`
  FROM (
    SELECT `id`, `a`, `b`, `n`, `m`, `flag`, `day`, `at`, `moment`, `fields`, ROW_NUMBER() OVER (PARTITION BY `a`, SHA2(`a`, 256) ORDER BY CASE WHEN `n` IS NULL THEN 1 ELSE 0 END, `n` DESC) AS `__mx_rank`
    FROM `t`
    WHERE `flag`
  ) AS ranked
  WHERE `__mx_rank` = 1
) AS t1
