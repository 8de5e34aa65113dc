SELECT MAX("a") AS "last", MIN("a") AS "first"
FROM "t"
