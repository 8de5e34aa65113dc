SELECT "x", "y"
FROM (
  SELECT 'it''s' AS "x", CAST(NULL AS BIGINT) AS "y"
  UNION ALL SELECT CAST(NULL AS VARCHAR) AS "x", -5 AS "y"
) AS t1
UNION ALL
SELECT "x", "y"
FROM (
  SELECT 'ä😀 $x' AS "x", 7 AS "y"
) AS t2
