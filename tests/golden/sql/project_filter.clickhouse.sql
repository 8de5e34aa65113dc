SELECT "id", lowerUTF8("x") AS "y"
FROM "a""b"
WHERE ("x" = 'it''s' OR "x" IS NULL) AND "id" > toInt64(1)
