SELECT "id", "b", "m", "other", "key", "number"
FROM (
  SELECT "id", "b", "m"
  FROM "t"
) AS t1
FULL JOIN (
  SELECT "id" AS "other", "a" AS "key", "n" AS "number"
  FROM "t"
) AS t2 ON t1."b" = t2."key" AND DATALENGTH(CAST(t1."b" AS VARCHAR(MAX))) = DATALENGTH(CAST(t2."key" AS VARCHAR(MAX))) AND t1."m" = t2."number" AND DATALENGTH(CAST(t1."m" AS VARCHAR(MAX))) = DATALENGTH(CAST(t2."number" AS VARCHAR(MAX)))
