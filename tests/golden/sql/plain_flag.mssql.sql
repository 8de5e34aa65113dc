SELECT "id"
FROM "t"
WHERE "flag" = 1
