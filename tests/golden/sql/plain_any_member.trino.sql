SELECT "a", MIN(COALESCE(JSON_EXTRACT_SCALAR("fields", '$["audio/fr"]'), NULLIF(JSON_FORMAT(JSON_EXTRACT("fields", '$["audio/fr"]')), 'null'))) AS "audio"
FROM "t"
GROUP BY "a"
