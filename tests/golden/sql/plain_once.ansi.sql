WITH "metaxy_once_1" AS (
  SELECT "id", "n"
  FROM "t"
  WHERE "n" > 0
)
SELECT "id", "n"
FROM (
  SELECT "id", "n"
  FROM (
    SELECT "id", "n"
    FROM "metaxy_once_1"
  ) AS t1
  WHERE NOT EXISTS (
    SELECT 1
    FROM (
      SELECT "id" AS "other"
      FROM "metaxy_once_1"
      WHERE "n" > 1
    ) AS t2
    WHERE t1."id" = t2."other"
  )
) AS t3
