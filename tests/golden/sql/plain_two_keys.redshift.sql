SELECT "id", "b", "m", "other", "key", "number"
FROM (
  SELECT "id", "b", "m"
  FROM "t"
) AS t1
FULL JOIN (
  SELECT "id" AS "other", "a" AS "key", "n" AS "number"
  FROM "t"
) AS t2 ON t1."b" = t2."key" AND OCTET_LENGTH(CAST(t1."b" AS VARCHAR(65535))) = OCTET_LENGTH(CAST(t2."key" AS VARCHAR(65535))) AND t1."m" = t2."number" AND OCTET_LENGTH(CAST(t1."m" AS VARCHAR(65535))) = OCTET_LENGTH(CAST(t2."number" AS VARCHAR(65535)))
