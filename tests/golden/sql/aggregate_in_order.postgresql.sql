SELECT "path", "all", "texts", "ids", "n", NULL AS "one", NULL AS "other", NULL AS "c1", NULL AS "c2", NULL AS "c3", NULL AS "c4", NULL AS "c5", NULL AS "c6", NULL AS "c7", NULL AS "c8", NULL AS "c9", NULL AS "c10", NULL AS "c11", NULL AS "c12", NULL AS "c13", NULL AS "c14", NULL AS "c15", NULL AS "c16", NULL AS "c17", NULL AS "text"
FROM (
  SELECT "path", array_agg("id" ORDER BY "updated_at", "id") AS "all", array_agg(CAST("id" AS text) ORDER BY "updated_at", "id") AS "texts", string_agg(CAST("id" AS text), '|' ORDER BY "updated_at", "id") AS "ids", count(*) AS "n"
  FROM "video/raw"
  GROUP BY "path"
) AS t1
UNION ALL
SELECT "path", NULL AS "all", NULL AS "texts", NULL AS "ids", NULL AS "n", "one", "other", NULL AS "c1", NULL AS "c2", NULL AS "c3", NULL AS "c4", NULL AS "c5", NULL AS "c6", NULL AS "c7", NULL AS "c8", NULL AS "c9", NULL AS "c10", NULL AS "c11", NULL AS "c12", NULL AS "c13", NULL AS "c14", NULL AS "c15", NULL AS "c16", NULL AS "c17", NULL AS "text"
FROM (
  SELECT "path", string_agg(("id" || (coalesce(octet_length(CAST("path" AS text)) || ':' || CAST("path" AS text) || ',', '~,'))), '' ORDER BY "id") AS "one", string_agg(("id" || (coalesce(octet_length(CAST("deleted_at" AS text)) || ':' || CAST("deleted_at" AS text) || ',', '~,'))), '' ORDER BY "id") AS "other"
  FROM "video/raw"
  GROUP BY "path"
) AS t2
UNION ALL
SELECT "path", NULL AS "all", NULL AS "texts", NULL AS "ids", NULL AS "n", "one", NULL AS "other", NULL AS "c1", NULL AS "c2", NULL AS "c3", NULL AS "c4", NULL AS "c5", NULL AS "c6", NULL AS "c7", NULL AS "c8", NULL AS "c9", NULL AS "c10", NULL AS "c11", NULL AS "c12", NULL AS "c13", NULL AS "c14", NULL AS "c15", NULL AS "c16", NULL AS "c17", NULL AS "text"
FROM (
  SELECT "path", string_agg(("path" || (coalesce(octet_length(CAST("id" AS text)) || ':' || CAST("id" AS text) || ',', '~,'))), '' ORDER BY "id") AS "one"
  FROM "video/raw"
  GROUP BY "path"
) AS t3
UNION ALL
SELECT "path", "all", NULL AS "texts", NULL AS "ids", NULL AS "n", NULL AS "one", NULL AS "other", NULL AS "c1", NULL AS "c2", NULL AS "c3", NULL AS "c4", NULL AS "c5", NULL AS "c6", NULL AS "c7", NULL AS "c8", NULL AS "c9", NULL AS "c10", NULL AS "c11", NULL AS "c12", NULL AS "c13", NULL AS "c14", NULL AS "c15", NULL AS "c16", NULL AS "c17", NULL AS "text"
FROM (
  SELECT "path", array_agg("id" ORDER BY "id") AS "all"
  FROM "video/raw"
  GROUP BY "path"
) AS t4
UNION ALL
SELECT "path", NULL AS "all", NULL AS "texts", NULL AS "ids", NULL AS "n", NULL AS "one", NULL AS "other", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10", "c11", "c12", "c13", "c14", "c15", "c16", "c17", "text"
FROM (
  SELECT "path", string_agg(CAST("id" AS text), '' ORDER BY "id") AS "c1", string_agg(CAST("id" AS text), '' ORDER BY "id") AS "c2", string_agg(CAST("id" AS text), '' ORDER BY "id") AS "c3", string_agg(CAST("id" AS text), '' ORDER BY "id") AS "c4", string_agg(CAST("id" AS text), '' ORDER BY "id") AS "c5", string_agg(CAST("id" AS text), '' ORDER BY "id") AS "c6", string_agg(CAST("id" AS text), '' ORDER BY "id") AS "c7", string_agg(CAST("id" AS text), '' ORDER BY "id") AS "c8", string_agg(CAST("id" AS text), '' ORDER BY "id") AS "c9", string_agg(CAST("id" AS text), '' ORDER BY "id") AS "c10", string_agg(CAST("id" AS text), '' ORDER BY "id") AS "c11", string_agg(CAST("id" AS text), '' ORDER BY "id") AS "c12", string_agg(CAST("id" AS text), '' ORDER BY "id") AS "c13", string_agg(CAST("id" AS text), '' ORDER BY "id") AS "c14", string_agg(CAST("id" AS text), '' ORDER BY "id") AS "c15", string_agg(CAST("id" AS text), '' ORDER BY "id") AS "c16", string_agg(CAST("id" AS text), '' ORDER BY "id") AS "c17", array_agg(CAST("path" AS text) ORDER BY "id") AS "text"
  FROM "video/raw"
  GROUP BY "path"
) AS t5
