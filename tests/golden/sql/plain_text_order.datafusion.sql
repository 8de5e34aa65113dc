SELECT "id"
FROM "t"
WHERE ("a" < "b") OR ("a" BETWEEN 'a' AND 'b')
