SELECT `id`
FROM (
  SELECT `id`
  FROM (
    SELECT `id`
    FROM `t`
  ) AS t1
  WHERE EXISTS (
    SELECT 1
    FROM (
      SELECT `id` AS `other`, `a` AS `key`, `n` AS `number`
      FROM `t`
    ) AS t2
    WHERE 1 = 1
  )
) AS t3
