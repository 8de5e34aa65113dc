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
          SELECT "vid", ((SELECT CAST(j.[value] COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) FROM OPENJSON("fields") AS j WHERE j.[key] + N'|' = N'audio/fr' + N'|') COLLATE Latin1_General_100_BIN2_UTF8) AS "audio"
          FROM "video/crop"
        ) AS t2
        WHERE t1."id" = t2."vid" AND DATALENGTH(CAST(t1."id" AS VARCHAR(MAX))) = DATALENGTH(CAST(t2."vid" AS VARCHAR(MAX)))
      )
    ) AS t3
  ) AS t4
  WHERE NOT EXISTS (
    SELECT 1
    FROM (
      SELECT "gone"
      FROM (
        SELECT CAST(N'x' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) AS "gone"
        UNION ALL SELECT CAST(NULL AS VARCHAR(MAX)) AS "gone"
      ) AS t5
    ) AS t6
    WHERE t4."id" = t6."gone" AND DATALENGTH(CAST(t4."id" AS VARCHAR(MAX))) = DATALENGTH(CAST(t6."gone" AS VARCHAR(MAX)))
  )
) AS t7
