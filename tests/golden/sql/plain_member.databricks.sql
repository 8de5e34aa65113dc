SELECT `id`, GET_JSON_OBJECT(`fields`, '$[\'audio/fr\']') AS `audio`
FROM `t`
WHERE GET_JSON_OBJECT(`fields`, '$[\'audio/fr\']') IS NOT NULL
