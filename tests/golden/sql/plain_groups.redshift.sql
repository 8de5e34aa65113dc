SELECT "a", "n", COUNT(*) AS "rows", COUNT(DISTINCT ("b" || '|')) AS "bs", MIN("b") AS "some", MIN("m") AS "least"
FROM "t"
GROUP BY "a", "n", OCTET_LENGTH(CAST("a" AS VARCHAR(65535))), OCTET_LENGTH(CAST("n" AS VARCHAR(65535)))
