SELECT `id`, COALESCE(JSON_VALUE(`fields`, '$."audio/fr"'), NULLIF(JSON_QUERY(`fields`, '$."audio/fr"'), 'null')) AS `audio`
FROM `t`
WHERE COALESCE(JSON_VALUE(`fields`, '$."audio/fr"'), NULLIF(JSON_QUERY(`fields`, '$."audio/fr"'), 'null')) IS NOT NULL
