SELECT "a", MIN(CASE json_type("fields", '$."audio/fr"') WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(json_extract("fields", '$."audio/fr"') AS TEXT) END) AS "audio"
FROM "t"
GROUP BY "a"
