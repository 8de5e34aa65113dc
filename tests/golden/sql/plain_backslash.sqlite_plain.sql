SELECT "x"
FROM (SELECT column1 AS "x" FROM (VALUES
  ('a\b\''
${c}')
)) AS t1
