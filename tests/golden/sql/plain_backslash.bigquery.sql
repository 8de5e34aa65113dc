SELECT `x`
FROM (
  SELECT 'a\\b\\\'\n\r\u0024{c}' AS `x`
) AS t1
