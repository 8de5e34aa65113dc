SELECT "id", "ROWID"
FROM (
  SELECT "id", "ROWID", ROW_NUMBER() OVER (PARTITION BY "id" ORDER BY "id" DESC NULLS LAST, _rowid_ DESC) AS "__mx_rank"
  FROM "t"
) AS ranked
WHERE "__mx_rank" = 1
