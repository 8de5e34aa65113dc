SELECT `x`
FROM (
  SELECT 'a\\b\\''
${c}' COLLATE utf8mb4_nopad_bin AS `x`
) AS t1
