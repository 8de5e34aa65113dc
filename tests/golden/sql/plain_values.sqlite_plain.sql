SELECT "x", "y"
FROM (SELECT column1 AS "x", column2 AS "y" FROM (VALUES
  ('it''s', NULL),
  (NULL, -5)
)) AS t1
UNION ALL
SELECT "x", "y"
FROM (SELECT column1 AS "x", column2 AS "y" FROM (VALUES
  ('ä😀 $x', 7)
)) AS t2
