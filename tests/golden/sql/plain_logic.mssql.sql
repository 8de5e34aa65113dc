SELECT "id"
FROM "t"
WHERE (("flag" = 1) OR ("n" = 1)) AND (NOT (("a" + '|') = ("b" + '|'))) AND (CASE WHEN ((("a" + '|') = ("b" + '|')) OR ("n" > "m")) THEN CAST(0 AS BIT) ELSE CAST(1 AS BIT) END = 1) AND (CASE WHEN NOT ("flag" = 1) THEN CAST(0 AS BIT) ELSE CAST(1 AS BIT) END = 1)
