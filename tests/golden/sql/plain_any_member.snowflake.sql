SELECT "a", MIN(CAST(GET(PARSE_JSON("fields"), 'audio/fr') AS VARCHAR)) AS "audio"
FROM "t"
GROUP BY "a"
