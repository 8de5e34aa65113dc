SELECT `id`, SUBSTRING(SHA2(('it\'s|1|' || `a` || '|' || CAST(`n` AS STRING)), 256), 1, 8) AS `sha256`, SUBSTRING(MD5(('it\'s|1|' || `a` || '|' || CAST(`n` AS STRING))), 1, 64) AS `md5`
FROM `t`
