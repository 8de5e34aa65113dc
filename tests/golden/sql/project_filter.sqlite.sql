SELECT "id", metaxy_lower("x") AS "y"
FROM "a""b"
WHERE ("x" = 'it''s' OR "x" IS NULL) AND "id" > 1
