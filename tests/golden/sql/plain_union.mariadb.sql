SELECT `id`, `n`, CAST(NULL AS CHAR) AS `other`, CAST(NULL AS SIGNED) AS `flag`
FROM (
  SELECT `id`, `n`
  FROM `t`
) AS t1
UNION ALL
SELECT CAST(NULL AS CHAR) AS `id`, CAST(NULL AS SIGNED) AS `n`, `other`, CAST(NULL AS SIGNED) AS `flag`
FROM (
  SELECT `other`
  FROM (
    SELECT `id` AS `other`, `a` AS `key`, `n` AS `number`
    FROM `t`
  ) AS t2
) AS t3
UNION ALL
SELECT `id`, CAST(NULL AS SIGNED) AS `n`, CAST(NULL AS CHAR) AS `other`, `flag`
FROM (
  SELECT `id`, `flag`
  FROM `t`
) AS t4
