SELECT `id`
FROM `t`
WHERE (NOT (`a` <=> `b`)) AND ((`n` <=> `m`) OR (`a` <=> NULL))
