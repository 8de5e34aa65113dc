SELECT "least", "yes"
FROM (
  SELECT (-9223372036854775807 - 1) AS "least", CAST(1 AS BIT) AS "yes"
) AS t1
