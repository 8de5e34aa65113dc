SELECT "id", (CAST(JSON_OBJECT(N'it''s': "a", N'a/b': NULL) COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) COLLATE Latin1_General_100_BIN2_UTF8) AS "fields"
FROM "t"
