SELECT "id"
FROM "t"
WHERE (CASE WHEN ("flag" = 1) THEN "n" WHEN (("a" + '|') = ("b" + '|')) THEN 2 ELSE "m" END = 2) OR ((CASE WHEN ("a" + '|') = ("b" + '|') THEN NULL ELSE "a" END + '|') = (COALESCE("b", "a", CAST(N'x' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX))) + '|'))
