SELECT "id"
FROM "t"
WHERE ("a" IN ('x', 'it''s', 'x ')) OR ("n" NOT IN (1, "m")) OR ("day" IS NULL) OR ("real" IS NOT NULL)
