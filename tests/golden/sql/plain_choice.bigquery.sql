SELECT `id`
FROM `t`
WHERE (CASE WHEN `flag` THEN `n` WHEN (`a` = `b`) THEN 2 ELSE `m` END = 2) OR (CASE WHEN `a` = `b` THEN NULL ELSE `a` END = COALESCE(`b`, `a`, 'x'))
