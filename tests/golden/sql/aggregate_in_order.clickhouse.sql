SELECT "path", "all", "texts", "ids", "n", NULL AS "one", NULL AS "other", NULL AS "c1", NULL AS "c2", NULL AS "c3", NULL AS "c4", NULL AS "c5", NULL AS "c6", NULL AS "c7", NULL AS "c8", NULL AS "c9", NULL AS "c10", NULL AS "c11", NULL AS "c12", NULL AS "c13", NULL AS "c14", NULL AS "c15", NULL AS "c16", NULL AS "c17", NULL AS "text"
FROM (
  SELECT "path", arrayMap(x -> x.2, metaxy_rows) AS "all", arrayMap(x -> x.3, metaxy_rows) AS "texts", if(arrayExists(x -> isNotNull(x.4), metaxy_rows), arrayStringConcat(arrayMap(x -> assumeNotNull(x.4), arrayFilter(x -> isNotNull(x.4), metaxy_rows)), '|'), NULL) AS "ids", "n"
  FROM (
    SELECT "path", toInt64(count(*)) AS "n", arraySort(x -> x.1, groupArray(tuple(tuple("updated_at", "id"), "id", CAST("id" AS Nullable(String)), CAST("id" AS Nullable(String))))) AS metaxy_rows
    FROM "video/raw"
    GROUP BY "path"
  )
) AS t1
UNION ALL
SELECT "path", NULL AS "all", NULL AS "texts", NULL AS "ids", NULL AS "n", "one", "other", NULL AS "c1", NULL AS "c2", NULL AS "c3", NULL AS "c4", NULL AS "c5", NULL AS "c6", NULL AS "c7", NULL AS "c8", NULL AS "c9", NULL AS "c10", NULL AS "c11", NULL AS "c12", NULL AS "c13", NULL AS "c14", NULL AS "c15", NULL AS "c16", NULL AS "c17", NULL AS "text"
FROM (
  SELECT "path", if(arrayExists(x -> isNotNull(x.2), metaxy_rows), arrayStringConcat(arrayMap(x -> assumeNotNull(x.2), arrayFilter(x -> isNotNull(x.2), metaxy_rows)), ''), NULL) AS "one", if(arrayExists(x -> isNotNull(x.3), metaxy_rows), arrayStringConcat(arrayMap(x -> assumeNotNull(x.3), arrayFilter(x -> isNotNull(x.3), metaxy_rows)), ''), NULL) AS "other"
  FROM (
    SELECT "path", arraySort(x -> x.1, groupArray(tuple(tuple("id"), CAST("id" || ifNull(concat(toString(length(CAST("path" AS Nullable(String)))), ':', CAST("path" AS Nullable(String)), ','), '~,') AS Nullable(String)), CAST("id" || ifNull(concat(toString(length(CAST("deleted_at" AS Nullable(String)))), ':', CAST("deleted_at" AS Nullable(String)), ','), '~,') AS Nullable(String))))) AS metaxy_rows
    FROM "video/raw"
    GROUP BY "path"
  )
) AS t2
UNION ALL
SELECT "path", NULL AS "all", NULL AS "texts", NULL AS "ids", NULL AS "n", "one", NULL AS "other", NULL AS "c1", NULL AS "c2", NULL AS "c3", NULL AS "c4", NULL AS "c5", NULL AS "c6", NULL AS "c7", NULL AS "c8", NULL AS "c9", NULL AS "c10", NULL AS "c11", NULL AS "c12", NULL AS "c13", NULL AS "c14", NULL AS "c15", NULL AS "c16", NULL AS "c17", NULL AS "text"
FROM (
  SELECT "path", if(arrayExists(x -> isNotNull(x.2), metaxy_rows), arrayStringConcat(arrayMap(x -> assumeNotNull(x.2), arrayFilter(x -> isNotNull(x.2), metaxy_rows)), ''), NULL) AS "one"
  FROM (
    SELECT "path", arraySort(x -> x.1, groupArray(tuple(tuple("id"), CAST("path" || ifNull(concat(toString(length(CAST("id" AS Nullable(String)))), ':', CAST("id" AS Nullable(String)), ','), '~,') AS Nullable(String))))) AS metaxy_rows
    FROM "video/raw"
    GROUP BY "path"
  )
) AS t3
UNION ALL
SELECT "path", "all", NULL AS "texts", NULL AS "ids", NULL AS "n", NULL AS "one", NULL AS "other", NULL AS "c1", NULL AS "c2", NULL AS "c3", NULL AS "c4", NULL AS "c5", NULL AS "c6", NULL AS "c7", NULL AS "c8", NULL AS "c9", NULL AS "c10", NULL AS "c11", NULL AS "c12", NULL AS "c13", NULL AS "c14", NULL AS "c15", NULL AS "c16", NULL AS "c17", NULL AS "text"
FROM (
  SELECT "path", arrayMap(x -> x.2, metaxy_rows) AS "all"
  FROM (
    SELECT "path", arraySort(x -> x.1, groupArray(tuple(tuple("id"), "id"))) AS metaxy_rows
    FROM "video/raw"
    GROUP BY "path"
  )
) AS t4
UNION ALL
SELECT "path", NULL AS "all", NULL AS "texts", NULL AS "ids", NULL AS "n", NULL AS "one", NULL AS "other", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10", "c11", "c12", "c13", "c14", "c15", "c16", "c17", "text"
FROM (
  SELECT "path", if(arrayExists(x -> isNotNull(x.2), metaxy_rows), arrayStringConcat(arrayMap(x -> assumeNotNull(x.2), arrayFilter(x -> isNotNull(x.2), metaxy_rows)), ''), NULL) AS "c1", if(arrayExists(x -> isNotNull(x.3), metaxy_rows), arrayStringConcat(arrayMap(x -> assumeNotNull(x.3), arrayFilter(x -> isNotNull(x.3), metaxy_rows)), ''), NULL) AS "c2", if(arrayExists(x -> isNotNull(x.4), metaxy_rows), arrayStringConcat(arrayMap(x -> assumeNotNull(x.4), arrayFilter(x -> isNotNull(x.4), metaxy_rows)), ''), NULL) AS "c3", if(arrayExists(x -> isNotNull(x.5), metaxy_rows), arrayStringConcat(arrayMap(x -> assumeNotNull(x.5), arrayFilter(x -> isNotNull(x.5), metaxy_rows)), ''), NULL) AS "c4", if(arrayExists(x -> isNotNull(x.6), metaxy_rows), arrayStringConcat(arrayMap(x -> assumeNotNull(x.6), arrayFilter(x -> isNotNull(x.6), metaxy_rows)), ''), NULL) AS "c5", if(arrayExists(x -> isNotNull(x.7), metaxy_rows), arrayStringConcat(arrayMap(x -> assumeNotNull(x.7), arrayFilter(x -> isNotNull(x.7), metaxy_rows)), ''), NULL) AS "c6", if(arrayExists(x -> isNotNull(x.8), metaxy_rows), arrayStringConcat(arrayMap(x -> assumeNotNull(x.8), arrayFilter(x -> isNotNull(x.8), metaxy_rows)), ''), NULL) AS "c7", if(arrayExists(x -> isNotNull(x.9), metaxy_rows), arrayStringConcat(arrayMap(x -> assumeNotNull(x.9), arrayFilter(x -> isNotNull(x.9), metaxy_rows)), ''), NULL) AS "c8", if(arrayExists(x -> isNotNull(x.10), metaxy_rows), arrayStringConcat(arrayMap(x -> assumeNotNull(x.10), arrayFilter(x -> isNotNull(x.10), metaxy_rows)), ''), NULL) AS "c9", if(arrayExists(x -> isNotNull(x.11), metaxy_rows), arrayStringConcat(arrayMap(x -> assumeNotNull(x.11), arrayFilter(x -> isNotNull(x.11), metaxy_rows)), ''), NULL) AS "c10", if(arrayExists(x -> isNotNull(x.12), metaxy_rows), arrayStringConcat(arrayMap(x -> assumeNotNull(x.12), arrayFilter(x -> isNotNull(x.12), metaxy_rows)), ''), NULL) AS "c11", if(arrayExists(x -> isNotNull(x.13), metaxy_rows), arrayStringConcat(arrayMap(x -> assumeNotNull(x.13), arrayFilter(x -> isNotNull(x.13), metaxy_rows)), ''), NULL) AS "c12", if(arrayExists(x -> isNotNull(x.14), metaxy_rows), arrayStringConcat(arrayMap(x -> assumeNotNull(x.14), arrayFilter(x -> isNotNull(x.14), metaxy_rows)), ''), NULL) AS "c13", if(arrayExists(x -> isNotNull(x.15), metaxy_rows), arrayStringConcat(arrayMap(x -> assumeNotNull(x.15), arrayFilter(x -> isNotNull(x.15), metaxy_rows)), ''), NULL) AS "c14", if(arrayExists(x -> isNotNull(x.16), metaxy_rows), arrayStringConcat(arrayMap(x -> assumeNotNull(x.16), arrayFilter(x -> isNotNull(x.16), metaxy_rows)), ''), NULL) AS "c15", if(arrayExists(x -> isNotNull(x.17), metaxy_rows), arrayStringConcat(arrayMap(x -> assumeNotNull(x.17), arrayFilter(x -> isNotNull(x.17), metaxy_rows)), ''), NULL) AS "c16", if(arrayExists(x -> isNotNull(x.18), metaxy_rows), arrayStringConcat(arrayMap(x -> assumeNotNull(x.18), arrayFilter(x -> isNotNull(x.18), metaxy_rows)), ''), NULL) AS "c17", arrayMap(x -> x.19, metaxy_rows) AS "text"
  FROM (
    SELECT "path", arraySort(x -> x.1, groupArray(tuple(tuple("id"), CAST("id" AS Nullable(String)), CAST("id" AS Nullable(String)), CAST("id" AS Nullable(String)), CAST("id" AS Nullable(String)), CAST("id" AS Nullable(String)), CAST("id" AS Nullable(String)), CAST("id" AS Nullable(String)), CAST("id" AS Nullable(String)), CAST("id" AS Nullable(String)), CAST("id" AS Nullable(String)), CAST("id" AS Nullable(String)), CAST("id" AS Nullable(String)), CAST("id" AS Nullable(String)), CAST("id" AS Nullable(String)), CAST("id" AS Nullable(String)), CAST("id" AS Nullable(String)), CAST("id" AS Nullable(String)), CAST("path" AS Nullable(String))))) AS metaxy_rows
    FROM "video/raw"
    GROUP BY "path"
  )
) AS t5
