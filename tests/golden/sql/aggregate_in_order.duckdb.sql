(
  SELECT "path", list_select("all", "__mx_gathered"['permutation']) AS "all", "__mx_gathered"['texts'][1] AS "ids"
  FROM (
    SELECT "path", list("id") AS "all", metaxy_gather(create_sort_key("updated_at", 'ASC NULLS LAST', "id", 'ASC NULLS LAST', '', 'ASC NULLS LAST'), metaxy_items(CAST("id" AS VARCHAR)), -1, '|') AS "__mx_gathered"
    FROM "video/raw"
    GROUP BY "path"
  ) AS gathered
)
UNION ALL BY NAME
(
  SELECT "path", "__mx_gathered"['texts'][1] AS "one", "__mx_gathered"['texts'][2] AS "other"
  FROM (
    SELECT "path", metaxy_gather(create_sort_key("id", 'ASC NULLS LAST', '', 'ASC NULLS LAST'), metaxy_items(CAST("id" AS VARCHAR), CAST("path" AS VARCHAR), CAST("deleted_at" AS VARCHAR)), 1, '') AS "__mx_gathered"
    FROM "video/raw"
    GROUP BY "path"
  ) AS gathered
)
