(
  SELECT "path", count(*) AS "n", count(DISTINCT "id") AS "ids", list("id") AS "all"
  FROM "video/raw"
  WHERE "path" <> ''
  GROUP BY "path"
)
UNION ALL BY NAME
(
  SELECT "id", "path", "updated_at", "deleted_at"
  FROM "video/raw"
  ORDER BY "id" NULLS LAST
)
UNION ALL BY NAME
(
  SELECT "n"
  FROM "t"
)
