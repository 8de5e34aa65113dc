SELECT "least", "yes"
FROM (SELECT column1 AS "least", column2 AS "yes" FROM (VALUES
  ((-9223372036854775807 - 1), TRUE)
)) AS t1
