SELECT "id"
FROM "t"
WHERE (NOT ("a" IS "b")) AND (("n" IS "m") OR ("a" IS NULL))
