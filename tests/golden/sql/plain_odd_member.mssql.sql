SELECT "id", ((SELECT CAST(j.[value] COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) FROM OPENJSON("fields") AS j WHERE j.[key] + N'|' = N'it''s' + N'|') COLLATE Latin1_General_100_BIN2_UTF8) AS "odd"
FROM "t"
