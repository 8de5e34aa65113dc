WITH "metaxy_part_1" AS (
  SELECT "path", metaxy_list(metaxy_text("id"), "updated_at", "id") AS "all", metaxy_list(metaxy_text("id"), "updated_at", "id") AS "texts", metaxy_join('|', metaxy_text("id"), "updated_at", "id") AS "ids", count(*) AS "n"
  FROM "video/raw"
  GROUP BY "path"
), "metaxy_part_2" AS (
  SELECT "path", metaxy_join('', (metaxy_text("id") || metaxy_items(metaxy_text("path"))), "id") AS "one", metaxy_join('', (metaxy_text("id") || metaxy_items(metaxy_text("deleted_at"))), "id") AS "other"
  FROM "video/raw"
  GROUP BY "path"
), "metaxy_part_3" AS (
  SELECT "path", metaxy_join('', (metaxy_text("path") || metaxy_items(metaxy_text("id"))), "id") AS "one"
  FROM "video/raw"
  GROUP BY "path"
), "metaxy_part_4" AS (
  SELECT "path", metaxy_list(metaxy_text("id"), "id") AS "all"
  FROM "video/raw"
  GROUP BY "path"
), "metaxy_part_5" AS (
  SELECT "path", metaxy_join('', metaxy_text("id"), "id") AS "c1", metaxy_join('', metaxy_text("id"), "id") AS "c2", metaxy_join('', metaxy_text("id"), "id") AS "c3", metaxy_join('', metaxy_text("id"), "id") AS "c4", metaxy_join('', metaxy_text("id"), "id") AS "c5", metaxy_join('', metaxy_text("id"), "id") AS "c6", metaxy_join('', metaxy_text("id"), "id") AS "c7", metaxy_join('', metaxy_text("id"), "id") AS "c8", metaxy_join('', metaxy_text("id"), "id") AS "c9", metaxy_join('', metaxy_text("id"), "id") AS "c10", metaxy_join('', metaxy_text("id"), "id") AS "c11", metaxy_join('', metaxy_text("id"), "id") AS "c12", metaxy_join('', metaxy_text("id"), "id") AS "c13", metaxy_join('', metaxy_text("id"), "id") AS "c14", metaxy_join('', metaxy_text("id"), "id") AS "c15", metaxy_join('', metaxy_text("id"), "id") AS "c16", metaxy_join('', metaxy_text("id"), "id") AS "c17", metaxy_list(metaxy_text("path"), "id") AS "text"
  FROM "video/raw"
  GROUP BY "path"
)
SELECT "path", "all", "texts", "ids", "n", NULL AS "one", NULL AS "other", NULL AS "c1", NULL AS "c2", NULL AS "c3", NULL AS "c4", NULL AS "c5", NULL AS "c6", NULL AS "c7", NULL AS "c8", NULL AS "c9", NULL AS "c10", NULL AS "c11", NULL AS "c12", NULL AS "c13", NULL AS "c14", NULL AS "c15", NULL AS "c16", NULL AS "c17", NULL AS "text"
FROM "metaxy_part_1" AS t1
UNION ALL
SELECT "path", NULL AS "all", NULL AS "texts", NULL AS "ids", NULL AS "n", "one", "other", NULL AS "c1", NULL AS "c2", NULL AS "c3", NULL AS "c4", NULL AS "c5", NULL AS "c6", NULL AS "c7", NULL AS "c8", NULL AS "c9", NULL AS "c10", NULL AS "c11", NULL AS "c12", NULL AS "c13", NULL AS "c14", NULL AS "c15", NULL AS "c16", NULL AS "c17", NULL AS "text"
FROM "metaxy_part_2" AS t2
UNION ALL
SELECT "path", NULL AS "all", NULL AS "texts", NULL AS "ids", NULL AS "n", "one", NULL AS "other", NULL AS "c1", NULL AS "c2", NULL AS "c3", NULL AS "c4", NULL AS "c5", NULL AS "c6", NULL AS "c7", NULL AS "c8", NULL AS "c9", NULL AS "c10", NULL AS "c11", NULL AS "c12", NULL AS "c13", NULL AS "c14", NULL AS "c15", NULL AS "c16", NULL AS "c17", NULL AS "text"
FROM "metaxy_part_3" AS t3
UNION ALL
SELECT "path", "all", NULL AS "texts", NULL AS "ids", NULL AS "n", NULL AS "one", NULL AS "other", NULL AS "c1", NULL AS "c2", NULL AS "c3", NULL AS "c4", NULL AS "c5", NULL AS "c6", NULL AS "c7", NULL AS "c8", NULL AS "c9", NULL AS "c10", NULL AS "c11", NULL AS "c12", NULL AS "c13", NULL AS "c14", NULL AS "c15", NULL AS "c16", NULL AS "c17", NULL AS "text"
FROM "metaxy_part_4" AS t4
UNION ALL
SELECT "path", NULL AS "all", NULL AS "texts", NULL AS "ids", NULL AS "n", NULL AS "one", NULL AS "other", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10", "c11", "c12", "c13", "c14", "c15", "c16", "c17", "text"
FROM "metaxy_part_5" AS t5
