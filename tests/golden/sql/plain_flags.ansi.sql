SELECT "id", "a" = "b" AS "same", CASE WHEN "flag" THEN TRUE ELSE FALSE END AS "sure", "flag" AND ("n" = "m") AS "all", ("n" = "m") = ("a" = "b") AS "both", COALESCE("n" = "m", "flag") AS "any", TRUE AS "yes"
FROM "t"
