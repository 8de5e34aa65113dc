SELECT `id`
FROM `t`
WHERE (`flag` OR (`n` = 1)) AND (NOT (`a` = `b`)) AND (CASE WHEN ((`a` = `b`) OR (`n` > `m`)) THEN FALSE ELSE TRUE END) AND (CASE WHEN NOT `flag` THEN FALSE ELSE TRUE END)
