SELECT "id", "path", "updated_at", "deleted_at", "vid", "audio"
FROM (
  SELECT "id", "path", "updated_at", "deleted_at"
  FROM "video/raw"
) AS t1
LEFT JOIN (
  SELECT "vid", ((SELECT CAST(j.[value] COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) FROM OPENJSON("fields") AS j WHERE j.[key] + N'|' = N'audio/fr' + N'|') COLLATE Latin1_General_100_BIN2_UTF8) AS "audio"
  FROM "video/crop"
) AS t2 ON t1."id" = t2."vid" AND DATALENGTH(CAST(t1."id" AS VARCHAR(MAX))) = DATALENGTH(CAST(t2."vid" AS VARCHAR(MAX)))
