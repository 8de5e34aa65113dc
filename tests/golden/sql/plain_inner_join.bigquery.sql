SELECT `id`, `other`, `n2`
FROM (
  SELECT `id`, `a`, `b`, `n`, `m`, `flag`, `day`, `at`, `moment`, `fields`
  FROM `t`
) AS t1
JOIN (
  SELECT `id` AS `other`, `a` AS `key`, `n` AS `number`
  FROM `t`
) AS t2 ON t1.`b` = t2.`key`
LEFT JOIN (
  SELECT `key` AS `key2`, `n` AS `n2`
  FROM `__mx_in_rows`
) AS t3 ON t1.`a` = t3.`key2`
WHERE `n` > 0
