WITH "metaxy_part_1" AS (
  SELECT "id", "a", "b", "n", "m", "flag", "day", "at", "moment", "fields"
  FROM (
    SELECT "id", "a", "b", "n", "m", "flag", "day", "at", "moment", "fields", ROW_NUMBER() OVER (PARTITION BY "a" ORDER BY "n" DESC NULLS LAST, _rowid_ DESC) AS "__mx_rank"
    FROM "t"
    WHERE "flag"
  ) AS ranked
  WHERE "__mx_rank" = 1
)
SELECT "a", "n"
FROM "metaxy_part_1" AS t1
