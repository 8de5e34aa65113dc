SELECT `id`
FROM `t`
WHERE `flag`
