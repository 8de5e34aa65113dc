SELECT "a", "n", COUNT_BIG(*) AS "rows", COUNT_BIG(DISTINCT ("b" + '|')) AS "bs", MIN("b") AS "some", MIN("m") AS "least"
FROM "t"
GROUP BY "a", "n", DATALENGTH(CAST("a" AS VARCHAR(MAX))), DATALENGTH(CAST("n" AS VARCHAR(MAX)))
