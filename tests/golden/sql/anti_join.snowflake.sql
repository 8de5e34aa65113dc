SELECT "id", "path", "updated_at", "deleted_at"
FROM (
  SELECT "id", "path", "updated_at", "deleted_at"
  FROM (
    SELECT "id", "path", "updated_at", "deleted_at"
    FROM (
      SELECT "id", "path", "updated_at", "deleted_at"
      FROM (
        SELECT "id", "path", "updated_at", "deleted_at"
        FROM "video/raw"
      ) AS t1
      WHERE EXISTS (
        SELECT 1
        FROM (
          SELECT "vid", CAST(GET(PARSE_JSON("fields"), 'audio/fr') AS VARCHAR) AS "audio"
          FROM "video/crop"
        ) AS t2
        WHERE t1."id" = t2."vid"
      )
    ) AS t3
  ) AS t4
  WHERE NOT EXISTS (
    SELECT 1
    FROM (
      SELECT "gone"
      FROM (
        SELECT 'x' AS "gone"
        UNION ALL SELECT CAST(NULL AS VARCHAR) AS "gone"
      ) AS t5
    ) AS t6
    WHERE t4."id" = t6."gone"
  )
) AS t7
