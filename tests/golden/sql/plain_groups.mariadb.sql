SELECT `a`, `n`, COUNT(*) AS `rows`, COUNT(DISTINCT `b`) AS `bs`, MIN(`b`) AS `some`, MIN(`m`) AS `least`
FROM `t`
GROUP BY `a`, `n`, SHA2(`a`, 256), SHA2(`n`, 256)
