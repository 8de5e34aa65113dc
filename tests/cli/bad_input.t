What goes wrong is said, with the remedy, and changes nothing.

  $ cp -r $FIXTURES/videos/. . && mx -q write video/raw raw.jsonl

Results without the provenance that resolve handed out.

  $ echo '{"id": "a", "loudness": 3}' > bare.jsonl
  $ mx write video/loudness bare.jsonl
  ! error: the rows do not fit feature video/loudness
  !   column `metaxy_provenance_by_field`: is missing (keep the metaxy_ columns of the rows that resolving the feature handed out)
  !   while writing video/loudness
  [1]
  $ mx write video/loudness bare.jsonl --json
  {"error":"schema_mismatch","message":"the rows do not fit feature video/loudness","hint":null,"notes":["while writing video/loudness"],"faults":[{"subject":"column `metaxy_provenance_by_field`","message":"is missing","hint":"keep the metaxy_ columns of the rows that resolving the feature handed out","file":null,"line":null,"column":null}]}
  [1]

Files that are not there, empty, or something else.

  $ mx write video/raw none.jsonl
  ! error: there is no file `none.jsonl`
  [1]
  $ : > empty.jsonl; mx write video/raw empty.jsonl
  ! wrote 0 records of video/raw
  $ : > empty.csv; mx write video/raw empty.csv
  ! wrote 0 records of video/raw
  $ : > empty.parquet; mx write video/raw empty.parquet 2>&1 | head -1
  error: cannot read `empty.parquet`: DuckDB: File 'empty.parquet' too small to be a Parquet file
  $ head -c 100 /dev/zero > zero.arrow; mx write video/raw zero.arrow 2>&1 | head -1
  error: cannot read `zero.arrow` as Arrow IPC: reading an Arrow stream failed: End of Arrow stream
  $ echo 'no json' > bad.jsonl; mx write video/raw bad.jsonl 2>&1 | head -1
  error: cannot read `bad.jsonl`: malformed JSON at byte 1 of line 1: invalid literal.
  $ mx write video/raw rows.xlsx
  ! error: the format of `rows.xlsx` cannot be told from its ending
  ! hint: known endings are .csv, .jsonl, .ndjson, .json, .parquet, .arrow, .arrows, .ipc
  [1]
  $ echo '{"id": null, "metaxy_provenance_by_field": {"audio": "x", "frames": "y"}}' > null.jsonl; mx write video/raw null.jsonl
  ! error: rows have null, empty or NaN ids: id = null
  !   while writing video/raw
  ! hint: every sample needs an id
  [1]
  $ mx read video/raw -c id --format csv | wc -l
  4

Filters.

  $ mx read video/raw --filter "size >> 3"
  ! error: filter, line 1, column 7: expected a column, a constant or `(`, found `>`
  !   in a filter on video/raw `size >> 3`
  !   while reading video/raw
  [1]
  $ mx read video/raw --filter "sise > 3"
  ! error: a filter on video/raw names column `sise`, which does not exist there
  !   while reading video/raw
  ! hint: did you mean `size`?
  [1]
  $ mx delete video/raw --filter "id = 'a'; DROP TABLE x"
  ! error: filter, line 1, column 9: a filter is one expression, found `;`
  !   in a filter on video/raw `id = 'a'; DROP TABLE x`
  !   while deleting from video/raw
  ! hint: combine conditions with AND or OR
  [1]
  $ mx delete video/raw --filter "id IN (SELECT id FROM x)"
  ! error: filter, line 1, column 8: subqueries are not part of the filter language
  !   in a filter on video/raw `id IN (SELECT id FROM x)`
  !   while deleting from video/raw
  ! hint: join with a feature or table instead
  [1]

Features and stores.

  $ mx resolve video/lodness
  ! error: there is no feature video/lodness
  ! hint: did you mean `video/loudness`?
  [1]
  $ mx status video/lodness video/crp
  ! error: some features are not known
  !   `video/lodness`: there is no feature video/lodness (did you mean `video/loudness`?)
  !   `video/crp`: there is no feature video/crp (did you mean `video/crop`?)
  [1]
  $ mx read video/
  ! error: feature key `video/`: part 2 (``) cannot be empty
  ! hint: write a key such as `video/raw`
  [1]
  $ mx read Video/Raw
  ! error: feature key `Video/Raw`: part 1 (`Video`) has a character other than lower-case letters a-z, digits, `_` and `-`
  ! hint: write a key such as `video/raw`
  [1]
  $ mx resolve video/raw
  ! error: feature video/raw has no upstreams to resolve from
  !   while resolving video/raw
  ! hint: give the samples that should exist, or write its records directly
  [1]
  $ mx status --store prod
  ! error: there is no store `prod`
  ! hint: known stores are dev
  [1]
  $ mx read video/crop
  ! error: nothing has been written for video/crop
  !   while reading video/crop
  ! hint: write its records first
  [1]

Output that cannot be written.

  $ mx read video/raw -o nowhere/x.csv
  ! error: cannot write `nowhere/x.csv`: there is no folder `nowhere`
  [1]
  $ mx read video/raw -o nowhere/x.json
  ! error: cannot write `nowhere/x.json`: there is no folder `nowhere`
  [1]
  $ mx read video/raw -o x.xlsx
  ! error: the format of `x.xlsx` cannot be told from its ending
  ! hint: known endings are .csv, .jsonl, .ndjson, .json, .parquet, .arrow, .arrows, .ipc
  [1]
  $ mx list features > /dev/full
  ! error: cannot write standard output: No space left on device
  ! hint: free space on that disk, or choose another
  [1]
  $ mx read video/raw --format csv > /dev/full
  ! error: cannot write standard output: No space left on device
  !   while writing standard output
  ! hint: free space on that disk, or choose another
  [1]
  $ mx read video/raw --format json > /dev/full
  ! error: cannot write standard output: No space left on device
  ! hint: free space on that disk, or choose another
  [1]
  $ ls | grep -c part
  0
  [1]

A reader that goes away is no error.

  $ python3 -c 'for i in range(20000): print("{\"id\": \"s%d\", \"metaxy_provenance_by_field\": {\"audio\": \"x\", \"frames\": \"y\"}}" % i)' > many.jsonl
  $ mx write -q video/raw many.jsonl
  $ mx read video/raw --format jsonl | head -1 | wc -l; echo ${PIPESTATUS[0]}
  1
  141
  $ mx read video/raw --format json | head -1; echo ${PIPESTATUS[0]}
  {"feature":"video/raw","rows":[
  141
  $ mx read video/raw --limit 0 | head -1 | cut -c1-2; echo ${PIPESTATUS[0]}
  id
  141

Foreign and locked databases.

  $ echo 'not a database' > metaxy.duckdb; mx read video/raw 2>&1 | head -1
  error: $TMP/metaxy.duckdb is not a DuckDB database
  $ rm metaxy.duckdb; mkdir metaxy.duckdb; mx write video/raw raw.jsonl 2>&1 | head -1
  error: cannot open the database file $TMP/metaxy.duckdb: it is a folder
