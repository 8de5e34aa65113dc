SELECT `least`, `yes`
FROM (
  SELECT (-9223372036854775807 - 1) AS `least`, TRUE AS `yes`
) AS t1
