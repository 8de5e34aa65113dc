SELECT `a`, MIN((CASE WHEN JSON_TYPE(JSON_EXTRACT(`fields`, '$."audio/fr"')) <> 'NULL' THEN JSON_UNQUOTE(JSON_EXTRACT(`fields`, '$."audio/fr"')) END COLLATE utf8mb4_0900_bin)) AS `audio`
FROM `t`
GROUP BY `a`
