SELECT "key"
FROM (
  SELECT "id" AS "key"
  FROM "video/raw"
) AS t1
WHERE "key" = 'a'
