SELECT "id", "other", "n2"
FROM (
  SELECT "id", "a", "b", "n", "m", "flag", "day", "at", "moment", "fields"
  FROM "t"
) AS t1
JOIN (
  SELECT "id" AS "other", "a" AS "key", "n" AS "number"
  FROM "t"
) AS t2 ON t1."b" = t2."key" AND DATALENGTH(CAST(t1."b" AS VARCHAR(MAX))) = DATALENGTH(CAST(t2."key" AS VARCHAR(MAX)))
LEFT JOIN (
  SELECT "key" AS "key2", "n" AS "n2"
  FROM "__mx_in_rows"
) AS t3 ON t1."a" = t3."key2" AND DATALENGTH(CAST(t1."a" AS VARCHAR(MAX))) = DATALENGTH(CAST(t3."key2" AS VARCHAR(MAX)))
WHERE "n" > 0
