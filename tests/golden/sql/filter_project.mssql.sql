SELECT "key"
FROM (
  SELECT "id" AS "key"
  FROM "video/raw"
) AS t1
WHERE ("key" + '|') = (CAST(N'a' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + '|')
