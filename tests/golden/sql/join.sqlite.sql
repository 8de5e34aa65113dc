WITH "metaxy_part_1" AS (
  SELECT "id", "path", "updated_at", "deleted_at"
  FROM "video/raw"
), "metaxy_part_2" AS (
  SELECT "vid", metaxy_member("fields", 'audio/fr') AS "audio"
  FROM "video/crop"
), "metaxy_part_3" AS (
  SELECT "key", "n"
  FROM temp."__mx_in_rows"
)
SELECT "id", "audio", "n"
FROM "metaxy_part_1" AS t1
FULL JOIN "metaxy_part_2" AS t2 ON t1."id" = t2."vid"
LEFT JOIN "metaxy_part_3" AS t3 ON t2."audio" = t3."key" AND t1."id" = t3."n"
WHERE "n" > 1
ORDER BY "id" NULLS LAST, "n" NULLS LAST
LIMIT 5
