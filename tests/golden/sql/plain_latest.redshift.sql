SELECT "a", "n"
FROM (
  SELECT "id", "a", "b", "n", "m", "flag", "day", "at", "moment", "fields"
  FROM (
    SELECT "id", "a", "b", "n", "m", "flag", "day", "at", "moment", "fields", ROW_NUMBER() OVER (PARTITION BY "a", OCTET_LENGTH(CAST("a" AS VARCHAR(65535))) ORDER BY "n" DESC NULLS LAST) AS "__mx_rank"
    FROM "t"
    WHERE "flag"
  ) AS ranked
  WHERE "__mx_rank" = 1
) AS t1
