SELECT "id", json_object('it''s', "a", 'a/b', NULL) AS "fields"
FROM "t"
