SELECT "id", TO_JSON(OBJECT_CONSTRUCT_KEEP_NULL('it''s', "a", 'a/b', NULL)) AS "fields"
FROM "t"
