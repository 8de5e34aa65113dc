SELECT "id", ((SELECT CAST(j.[value] COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) FROM OPENJSON("fields") AS j WHERE j.[key] + N'|' = N'audio/fr' + N'|') COLLATE Latin1_General_100_BIN2_UTF8) AS "audio"
FROM "t"
WHERE ((SELECT CAST(j.[value] COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) FROM OPENJSON("fields") AS j WHERE j.[key] + N'|' = N'audio/fr' + N'|') COLLATE Latin1_General_100_BIN2_UTF8) IS NOT NULL
