SELECT `a`, MIN(GET_JSON_OBJECT(`fields`, '$[\'audio/fr\']')) AS `audio`
FROM `t`
GROUP BY `a`
