SELECT "id", "b", "m", "other", "key", "number"
FROM (
  SELECT "id", "b", "m"
  FROM "t"
) AS t1
FULL JOIN (
  SELECT "id" AS "other", "a" AS "key", "n" AS "number"
  FROM "t"
) AS t2 ON t1."b" = t2."key" AND t1."m" = t2."number"
