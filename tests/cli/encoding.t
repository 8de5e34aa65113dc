Text that is no UTF-8: in arguments, in configuration and features, in rows. Refused with the place; nothing is written.

  $ cp -r $FIXTURES/videos/. . && mx -q write video/raw raw.jsonl && cp metaxy.duckdb before.duckdb

Arguments.

  $ mx read $'video/\xff'
  ! error: feature key `video/\xff`: part 2 (`\xff`) has a character other than lower-case letters a-z, digits, `_` and `-`
  ! hint: write a key such as `video/raw`
  [1]
  $ mx read video/raw --filter $'id = \'\xff\''
  ! error: filter, line 1, column 7: the text is not valid UTF-8
  !   in a filter on video/raw `id = '\xff'`
  !   while reading video/raw
  ! hint: write it in UTF-8
  [1]
  $ mx read video/raw -c $'\xff'
  ! error: feature video/raw has no column `\xff`
  !   while reading video/raw
  ! hint: it has: id, size, metaxy_provenance_by_field, metaxy_provenance, metaxy_data_version_by_field, metaxy_data_version, metaxy_feature_version, metaxy_project_version, metaxy_created_at, metaxy_updated_at, metaxy_deleted_at, metaxy_materialization_id
  [1]
  $ mx read video/raw --store $'\xff' --format json
  {"error":"not_found","message":"there is no store `\\xff`","hint":"known stores are dev","notes":[],"faults":[]}
  [1]
  $ mx read video/raw --format $'\xff'
  ! error: --format: `\xff` is none of table, jsonl, json, csv, parquet, arrow
  ! hint: see `mx read --help`
  [2]
  $ mx $'re\xff'
  ! error: `re\xff` is no command
  ! hint: commands: init, lint, ingest, list, graph, status, resolve, write, read, delete, drop, rebase, copy, explain, push, history, lock, store, config, help
  [2]
  $ mx read video/raw $'--x\xff'
  ! error: `mx read` has no option `--x\xff`
  ! hint: see `mx read --help`
  [2]
  $ mx write video/raw raw.jsonl --materialization-id $'run-\xff'
  ! error: text `run-\xff` is not valid UTF-8
  !   while writing video/raw
  ! hint: write it in UTF-8
  [1]
  $ mx write video/raw $'\xff.jsonl'
  ! error: there is no file `\xff.jsonl`
  [1]
  $ mx explain video/raw $'\xff'
  ! error: text `\xff` is not valid UTF-8
  !   while explaining video/raw
  ! hint: write it in UTF-8
  [1]
  $ mx delete video/raw --filter $'id = \'\xff\'' --yes
  ! error: filter, line 1, column 7: the text is not valid UTF-8
  !   in a filter on video/raw `id = '\xff'`
  !   while deleting from video/raw
  ! hint: write it in UTF-8
  [1]
  $ mx delete video/raw --filter $'id = \'\xff\'' --hard --yes
  ! error: filter, line 1, column 7: the text is not valid UTF-8
  !   in a filter on video/raw `id = '\xff'`
  !   while deleting from video/raw
  ! hint: write it in UTF-8
  [1]
  $ mx list features --project $'\xff'
  ! error: no feature belongs to project `\xff`
  ! hint: projects with features: videos
  [1]
  $ mx ingest $'\xff' video/raw
  ! error: folder `\xff` does not exist
  [1]
  $ mx lint --config-file $'\xff.toml' --format json
  {"error":"not_found","message":"configuration file `\\xff.toml` does not exist","hint":null,"notes":[],"faults":[]}
  [1]

A file's name may be any bytes.

  $ mx read video/raw -c id -q -o $'rows-\xff.csv' && mx read video/raw -c id -q -o $'rows-\xff.json' && ls rows-* | wc -l; rm rows-*
  2

Configuration and features.

  $ printf '# \xff\n' >> features/videos.toml; mx lint; mx read video/raw; cp $FIXTURES/videos/features/videos.toml features/
  fault    features/videos.toml:27:3: is not valid UTF-8 (byte 526)
           hint: save the file as UTF-8
  ! 1 fault
  ! error: feature files are not valid
  !   features/videos.toml:27:3: is not valid UTF-8 (byte 526) (save the file as UTF-8)
  $ printf 'x = "\xc3\x28"\n' >> metaxy.toml; mx lint --format json; mx status; cp $FIXTURES/videos/metaxy.toml .
  {"ok":false,"feature_count":null,"faults":[{"subject":null,"message":"is not valid UTF-8 (byte 148)","hint":"save the file as UTF-8","file":"metaxy.toml","line":10,"column":6}],"warnings":[]}
  ! error: the configuration is not valid
  !   metaxy.toml:10:6: is not valid UTF-8 (byte 148) (save the file as UTF-8)

Rows.

  $ P='"metaxy_provenance_by_field": {"audio": "x", "frames": "y"}}'
  > { echo "{\"id\": \"good\", $P"; printf '{"id": "\xff", '; echo "$P"; } > id.jsonl; mx write video/raw id.jsonl
  > mx write video/raw - -f jsonl < id.jsonl
  > { printf '{"id": "n", "\xff": 1, '; echo "$P"; } > name.jsonl; mx write video/raw name.jsonl
  > printf '{"id": "p", "metaxy_provenance_by_field": {"audio": "\xff", "frames": "y"}}\n' > provenance.jsonl; mx write video/raw provenance.jsonl
  > echo "{\"id\": \"\\ud800\", $P" > surrogate.jsonl; mx write video/raw surrogate.jsonl
  ! error: cannot read `id.jsonl`: line 2 is not valid UTF-8 (byte 9)
  ! hint: save the file as UTF-8
  ! error: cannot read standard input: line 2 is not valid UTF-8 (byte 9)
  ! hint: save the file as UTF-8
  ! error: cannot read `name.jsonl`: line 1 is not valid UTF-8 (byte 14)
  ! hint: save the file as UTF-8
  ! error: cannot read `provenance.jsonl`: line 1 is not valid UTF-8 (byte 54)
  ! hint: save the file as UTF-8
  ! error: cannot read `surrogate.jsonl`: malformed JSON at byte 15 of line 1: no low surrogate in string.
  ! hint: write one JSON object per line
  [1]
  $ P='"{""audio"":""x"",""frames"":""y""}"'; H=metaxy_provenance_by_field
  > printf "id,note,$H\\na,ok,$P\\nb,\\xff,$P\\n" > note.csv; mx write video/raw note.csv
  > printf "id,n\\xff,$H\\na,1,$P\\n" > name.csv; mx write video/raw name.csv
  > printf "id,$H\\na,$P\\n" | iconv -t UTF-16 > utf16.csv; mx write video/raw utf16.csv
  > mx write video/raw - --format csv --json < note.csv
  {"error":"invalid_argument","message":"cannot read standard input: line 3 is not valid UTF-8 (byte 3)","hint":"save the file as UTF-8","notes":[],"faults":[]}
  ! error: cannot read `note.csv`: line 3 is not valid UTF-8 (byte 3)
  ! hint: save the file as UTF-8
  ! error: cannot read `name.csv`: line 1 is not valid UTF-8 (byte 5)
  ! hint: save the file as UTF-8
  ! error: cannot read `utf16.csv`: line 1 is not valid UTF-8 (byte 1)
  ! hint: save the file as UTF-8
  [1]
  $ printf '\xef\xbb\xbf' > bom.jsonl; cat raw.jsonl >> bom.jsonl; mx write video/raw bom.jsonl
  ! error: cannot read `bom.jsonl`: it begins with a byte order mark
  ! hint: save the file as UTF-8 without one
  [1]
  $ iconv -t UTF-16 raw.jsonl > utf16.jsonl; mx write video/raw utf16.jsonl
  ! error: cannot read `utf16.jsonl`: line 1 is not valid UTF-8 (byte 1)
  ! hint: save the file as UTF-8
  [1]
  $ printf '{"id": "a"}\n{"id": "b"}\n{"id"\n{"id": "d"}\n' > broken.jsonl; mx write video/raw broken.jsonl; mx write video/raw - -f jsonl < broken.jsonl
  ! error: cannot read `broken.jsonl`: malformed JSON at byte 7 of line 3: unexpected character.
  ! hint: write one JSON object per line
  ! error: cannot read standard input: malformed JSON at byte 7 of line 3: unexpected character.
  ! hint: write one JSON object per line
  [1]
  $ cmp before.duckdb metaxy.duckdb
