SELECT `id`, SUBSTRING(TO_HEX(SHA256(('it\'s|1|' || `a` || '|' || CAST(`n` AS STRING)))), 1, 8) AS `sha256`, SUBSTRING(TO_HEX(MD5(('it\'s|1|' || `a` || '|' || CAST(`n` AS STRING)))), 1, 64) AS `md5`
FROM `t`
