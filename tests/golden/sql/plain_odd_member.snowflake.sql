SELECT "id", CAST(GET(PARSE_JSON("fields"), 'it''s') AS VARCHAR) AS "odd"
FROM "t"
