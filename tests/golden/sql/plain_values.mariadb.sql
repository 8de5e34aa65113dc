SELECT `x`, `y`
FROM (
  SELECT 'it''s' COLLATE utf8mb4_nopad_bin AS `x`, CAST(NULL AS SIGNED) AS `y`
  UNION ALL SELECT CAST(NULL AS CHAR) AS `x`, -5 AS `y`
) AS t1
UNION ALL
SELECT `x`, `y`
FROM (
  SELECT 'ä😀 $x' COLLATE utf8mb4_nopad_bin AS `x`, 7 AS `y`
) AS t2
