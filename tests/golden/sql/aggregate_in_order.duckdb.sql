(
  SELECT "path", list_select("all", "__mx_gathered1"['permutation']) AS "all", "__mx_gathered1"['list_1'] AS "texts", "__mx_gathered1"['text_1'] AS "ids", "n"
  FROM (
    SELECT "path", list("id") AS "all", count(*) AS "n", metaxy_gather(create_sort_key("updated_at", 'ASC NULLS LAST', "id", 'ASC NULLS LAST', '', 'ASC NULLS LAST'), 1, FALSE, '|', CAST("id" AS VARCHAR), CAST("id" AS VARCHAR)) AS "__mx_gathered1"
    FROM "video/raw"
    GROUP BY "path"
  ) AS gathered
)
UNION ALL BY NAME
(
  SELECT "path", "__mx_gathered1"['text_1'] AS "one", "__mx_gathered1"['text_2'] AS "other"
  FROM (
    SELECT "path", metaxy_gather(encode("id"), 2, TRUE, '', CAST("path" AS VARCHAR), CAST("deleted_at" AS VARCHAR)) AS "__mx_gathered1"
    FROM "video/raw"
    GROUP BY "path"
  ) AS gathered
)
UNION ALL BY NAME
(
  SELECT "path", "__mx_gathered1"['text_1'] AS "one"
  FROM (
    SELECT "path", metaxy_gather(create_sort_key("id", 'ASC NULLS LAST', '', 'ASC NULLS LAST'), 1, FALSE, '', CAST("path" || metaxy_items(CAST("id" AS VARCHAR)) AS VARCHAR)) AS "__mx_gathered1"
    FROM "video/raw"
    GROUP BY "path"
  ) AS gathered
)
UNION ALL BY NAME
(
  SELECT "path", list_select("all", "__mx_gathered1"['permutation']) AS "all"
  FROM (
    SELECT "path", list("id") AS "all", metaxy_gather(create_sort_key("id", 'ASC NULLS LAST', '', 'ASC NULLS LAST'), 0, FALSE, '') AS "__mx_gathered1"
    FROM "video/raw"
    GROUP BY "path"
  ) AS gathered
)
UNION ALL BY NAME
(
  SELECT "path", "__mx_gathered1"['text_1'] AS "c1", "__mx_gathered1"['text_2'] AS "c2", "__mx_gathered1"['text_3'] AS "c3", "__mx_gathered1"['text_4'] AS "c4", "__mx_gathered1"['text_5'] AS "c5", "__mx_gathered1"['text_6'] AS "c6", "__mx_gathered1"['text_7'] AS "c7", "__mx_gathered1"['text_8'] AS "c8", "__mx_gathered1"['text_9'] AS "c9", "__mx_gathered1"['text_10'] AS "c10", "__mx_gathered1"['text_11'] AS "c11", "__mx_gathered1"['text_12'] AS "c12", "__mx_gathered1"['text_13'] AS "c13", "__mx_gathered1"['text_14'] AS "c14", "__mx_gathered1"['text_15'] AS "c15", "__mx_gathered1"['text_16'] AS "c16", "__mx_gathered2"['text_1'] AS "c17", "__mx_gathered2"['list_1'] AS "text"
  FROM (
    SELECT "path", metaxy_gather(create_sort_key("id", 'ASC NULLS LAST', '', 'ASC NULLS LAST'), 16, FALSE, '', CAST("id" AS VARCHAR), CAST("id" AS VARCHAR), CAST("id" AS VARCHAR), CAST("id" AS VARCHAR), CAST("id" AS VARCHAR), CAST("id" AS VARCHAR), CAST("id" AS VARCHAR), CAST("id" AS VARCHAR), CAST("id" AS VARCHAR), CAST("id" AS VARCHAR), CAST("id" AS VARCHAR), CAST("id" AS VARCHAR), CAST("id" AS VARCHAR), CAST("id" AS VARCHAR), CAST("id" AS VARCHAR), CAST("id" AS VARCHAR)) AS "__mx_gathered1", metaxy_gather(create_sort_key("id", 'ASC NULLS LAST', '', 'ASC NULLS LAST'), 1, FALSE, '', CAST("id" AS VARCHAR), CAST("path" AS VARCHAR)) AS "__mx_gathered2"
    FROM "video/raw"
    GROUP BY "path"
  ) AS gathered
)
