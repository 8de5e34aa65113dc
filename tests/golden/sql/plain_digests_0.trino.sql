SELECT "id", SUBSTRING(LOWER(TO_HEX(SHA256(TO_UTF8(('it''s|1|' || "a" || '|' || CAST("n" AS VARCHAR)))))), 1, 8) AS "sha256", SUBSTRING(LOWER(TO_HEX(MD5(TO_UTF8(('it''s|1|' || "a" || '|' || CAST("n" AS VARCHAR)))))), 1, 64) AS "md5"
FROM "t"
