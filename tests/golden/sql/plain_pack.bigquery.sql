SELECT `id`, TO_JSON_STRING(JSON_OBJECT('it\'s', `a`, 'a/b', NULL)) AS `fields`
FROM `t`
