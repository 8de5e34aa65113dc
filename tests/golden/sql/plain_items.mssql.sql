SELECT "id"
FROM "t"
WHERE (("a" + '|') IN ((CAST(N'x' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + '|'), (CAST(N'it''s' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + '|'), (CAST(N'x ' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + '|'))) OR ("n" NOT IN (1, "m")) OR ("day" IS NULL) OR ("real" IS NOT NULL)
