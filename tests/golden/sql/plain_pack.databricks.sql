SELECT `id`, TO_JSON(NAMED_STRUCT('it\'s', CAST(`a` AS STRING), 'a/b', CAST(NULL AS STRING)), MAP('ignoreNullFields', 'false')) AS `fields`
FROM `t`
