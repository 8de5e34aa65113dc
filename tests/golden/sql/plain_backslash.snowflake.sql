SELECT "x"
FROM (
  SELECT 'a\\b\\''
${c}' AS "x"
) AS t1
