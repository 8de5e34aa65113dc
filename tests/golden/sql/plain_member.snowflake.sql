SELECT "id", CAST(GET(PARSE_JSON("fields"), 'audio/fr') AS VARCHAR) AS "audio"
FROM "t"
WHERE CAST(GET(PARSE_JSON("fields"), 'audio/fr') AS VARCHAR) IS NOT NULL
