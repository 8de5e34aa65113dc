SELECT `a`, MIN(COALESCE(JSON_VALUE(`fields`, '$."audio/fr"'), NULLIF(JSON_QUERY(`fields`, '$."audio/fr"'), 'null'))) AS `audio`
FROM `t`
GROUP BY `a`
