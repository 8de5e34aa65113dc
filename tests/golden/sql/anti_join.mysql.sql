SELECT `id`, `path`, `updated_at`, `deleted_at`
FROM (
  SELECT `id`, `path`, `updated_at`, `deleted_at`
  FROM (
    SELECT `id`, `path`, `updated_at`, `deleted_at`
    FROM (
      SELECT `id`, `path`, `updated_at`, `deleted_at`
      FROM (
        SELECT `id`, `path`, `updated_at`, `deleted_at`
        FROM `video/raw`
      ) AS t1
      WHERE EXISTS (
        SELECT 1
        FROM (
          SELECT `vid`, (CASE WHEN JSON_TYPE(JSON_EXTRACT(`fields`, '$."audio/fr"')) <> 'NULL' THEN JSON_UNQUOTE(JSON_EXTRACT(`fields`, '$."audio/fr"')) END COLLATE utf8mb4_0900_bin) AS `audio`
          FROM `video/crop`
        ) AS t2
        WHERE t1.`id` = t2.`vid`
      )
    ) AS t3
  ) AS t4
  WHERE NOT EXISTS (
    SELECT 1
    FROM (
      SELECT `gone`
      FROM (
        SELECT 'x' COLLATE utf8mb4_0900_bin AS `gone`
        UNION ALL SELECT CAST(NULL AS CHAR) AS `gone`
      ) AS t5
    ) AS t6
    WHERE t4.`id` = t6.`gone`
  )
) AS t7
