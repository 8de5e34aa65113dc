WITH "metaxy_side_1" AS MATERIALIZED (
  SELECT "id", "path", "updated_at", "deleted_at"
  FROM "video/raw"
), "metaxy_side_2" AS MATERIALIZED (
  SELECT "vid", metaxy_member("fields", 'audio/fr') AS "audio"
  FROM "video/crop"
), "metaxy_full_3" AS MATERIALIZED (
  SELECT NULL AS "id", NULL AS "path", NULL AS "updated_at", NULL AS "deleted_at", "vid", "audio"
  FROM "metaxy_side_2"
  WHERE (("vid") IN (SELECT "id" FROM "metaxy_side_1")) IS NOT TRUE
  UNION ALL
  SELECT "id", "path", "updated_at", "deleted_at", "vid", "audio"
  FROM "metaxy_side_1" AS t1
  LEFT JOIN "metaxy_side_2" AS t2 ON t1."id" = t2."vid"
), "metaxy_part_4" AS (
  SELECT "key", "n"
  FROM temp."__mx_in_rows"
)
SELECT "id", "audio", "n"
FROM "metaxy_full_3" AS t3
LEFT JOIN "metaxy_part_4" AS t4 ON t3."audio" = t4."key" AND t3."id" = t4."n"
WHERE "n" > 1
ORDER BY "id" NULLS LAST, "n" NULLS LAST
LIMIT 5
