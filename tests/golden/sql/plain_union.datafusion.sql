SELECT "id", "n", CAST(NULL AS VARCHAR) AS "other", CAST(NULL AS BOOLEAN) AS "flag"
FROM (
  SELECT "id", "n"
  FROM "t"
) AS t1
UNION ALL
SELECT CAST(NULL AS VARCHAR) AS "id", CAST(NULL AS BIGINT) AS "n", "other", CAST(NULL AS BOOLEAN) AS "flag"
FROM (
  SELECT "other"
  FROM (
    SELECT "id" AS "other", "a" AS "key", "n" AS "number"
    FROM "t"
  ) AS t2
) AS t3
UNION ALL
SELECT "id", CAST(NULL AS BIGINT) AS "n", CAST(NULL AS VARCHAR) AS "other", "flag"
FROM (
  SELECT "id", "flag"
  FROM "t"
) AS t4
