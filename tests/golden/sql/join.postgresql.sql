SELECT "id", "audio", "n"
FROM (
  SELECT "id", "path", "updated_at", "deleted_at"
  FROM "video/raw"
) AS t1
FULL JOIN (
  SELECT "vid", ("fields" ->> 'audio/fr') AS "audio"
  FROM "video/crop"
) AS t2 ON t1."id" = t2."vid"
LEFT JOIN (
  SELECT "key", "n"
  FROM pg_temp."__mx_in_rows"
) AS t3 ON t2."audio" = t3."key" AND t1."id" = t3."n"
WHERE "n" > 1
ORDER BY "id" NULLS LAST, "n" NULLS LAST
LIMIT 5
