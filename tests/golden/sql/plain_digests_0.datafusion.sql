SELECT "id", SUBSTRING(ENCODE(SHA256(('it''s|1|' || "a" || '|' || CAST("n" AS VARCHAR))), 'hex'), 1, 8) AS "sha256", SUBSTRING(MD5(('it''s|1|' || "a" || '|' || CAST("n" AS VARCHAR))), 1, 64) AS "md5"
FROM "t"
