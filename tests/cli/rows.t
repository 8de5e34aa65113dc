Rows in every format, in and out.

  $ cp -r $FIXTURES/videos/. . && mx -q write video/raw raw.jsonl
  $ mx read video/raw --columns id,size --filter "size >= 20" --format jsonl | sort
  {"id":"b","size":20}
  {"id":"c","size":30}
  $ mx read video/raw --columns id,size --filter "id = 'a'" --format csv
  id,size
  a,10
  $ mx read video/raw -c id -c size --filter "id = 'a'" --format json
  {"feature":"video/raw","rows":[
  {"id":"a","size":10}]}
  $ mx read video/raw -c id,size --filter "id = 'a'"
  id  size
  a   10
  $ mx read video/raw -c id --filter "id = 'nobody'"
  id
  $ mx read video/raw -c id --filter "id = 'nobody'" --format json
  {"feature":"video/raw","rows":[]}
  $ for f in csv json jsonl parquet arrow; do mx resolve -q video/loudness -o todo.$f && mx write -q video/loudness todo.$f && mx delete -q video/loudness --hard --all --yes; done; ls todo.*
  todo.arrow
  todo.csv
  todo.json
  todo.jsonl
  todo.parquet
  $ python3 -c 'import json; rows = json.load(open("todo.json")); print(sorted(row["id"] for row in rows))'
  ['a', 'b', 'c']
  $ mx resolve video/loudness -q --only stale -o none.json; cat none.json; mx write video/loudness none.json
  []
  ! wrote 0 records of video/loudness
  $ echo '["a"]' > words.json; mx write video/loudness words.json; mx read video/raw --format json > doc.json; mx write video/raw doc.json
  ! error: cannot read `words.json`: it has values that are no objects
  ! hint: write an array of JSON objects, or one object per line
  ! error: the rows do not fit feature video/raw
  !   id column `id`: is missing (rows have: feature, rows)
  !   column `metaxy_provenance_by_field`: is missing (rows of a root feature say by themselves which version each field has)
  !   while writing video/raw
  [1]
  $ mx write video/loudness todo.jsonl --format json; mx write video/loudness - --format json < todo.json; mx delete -q video/loudness --hard --all --yes
  ! wrote 3 records of video/loudness
  ! wrote 3 records of video/loudness
  $ mx resolve video/loudness --format arrow | mx write video/loudness - --format arrow
  ! video/loudness: 3 new, 0 stale, 0 orphaned
  ! wrote 3 records of video/loudness

Only some states, only some rows.

  $ echo '{"id": "a", "metaxy_provenance_by_field": {"audio": "x", "frames": "f1"}}' > more.jsonl
  $ echo '{"id": "d", "metaxy_provenance_by_field": {"audio": "y", "frames": "z"}}' >> more.jsonl
  $ mx -q write video/raw more.jsonl; mx -q delete video/raw --filter "id = 'c'"
  $ mx resolve video/loudness --format json > all.json; python3 -c 'import json; r = json.load(open("all.json")); print(sorted((x["metaxy_increment"], x["id"]) for x in r["rows"]), r["counts"])'
  [('new', 'd'), ('orphaned', 'c'), ('stale', 'a')] {'new': 1, 'stale': 1, 'orphaned': 1}
  ! video/loudness: 1 new, 1 stale, 1 orphaned
  $ mx resolve video/loudness --only new,stale --format csv | cut -d, -f1,2 | sort
  metaxy_increment,id
  new,d
  stale,a
  ! video/loudness: 1 new, 1 stale
  $ mx resolve video/loudness --only orphaned --exit-code -q -o gone.csv; echo $?; cut -d, -f1,2 gone.csv
  3
  metaxy_increment,id
  orphaned,c
  $ mx resolve video/loudness --only orphan
  ! error: --only `orphan` is none of new, stale, orphaned
  ! hint: did you mean `orphaned`?
  [2]
  $ mx resolve video/loudness --limit 1 -o one.csv 2> said; wc -l < one.csv; sed 's/[0-9] \(new\|orphaned\)/N \1/g' said
  2
  video/loudness: N new, 0 stale, N orphaned (--limit 1: more were not looked for)
  $ mx resolve video/loudness --limit 5 --only new --format json | python3 -c 'import json, sys; print(json.load(sys.stdin)["counts"])'
  {'new': 1, 'stale': 0, 'orphaned': 0}
  ! video/loudness: 1 new
  $ mx read video/raw -c id --limit 1 | wc -l
  2
  ! at least 2 rows more; --limit 0 shows all
  $ mx resolve video/loudness --filter "id = 'a'" --skip-comparison -q --format csv | cut -d, -f1,2 | sort
  metaxy_increment,id
  new,a
  new,b
  new,d
  $ mx resolve video/loudness --upstream-filter "video/raw=id IN ('a', 'd')" -q --format csv | cut -d, -f1,2 | sort
  metaxy_increment,id
  new,d
  orphaned,b
  orphaned,c
  stale,a
  $ mx resolve video/loudness --upstream-filter "id = 'a'"
  ! error: --upstream-filter `id = 'a'`: there is no feature id
  ! hint: write KEY=COND, for example --upstream-filter "video/raw=size > 1000"
  [2]
  $ mx resolve video/loudness --upstream-filter "video/crop=id = 'a'"
  ! error: a filter is given for video/crop, which is no upstream of video/loudness
  !   while resolving video/loudness
  [1]
  $ mx resolve video/loudness --stale-if "size = 20" -q --format csv | cut -d, -f1,2 | sort
  metaxy_increment,id
  new,d
  orphaned,c
  stale,a
  stale,b

History and deleted samples.

  $ mx read video/raw -c id --format csv | tail -n +2 | sort | tr '\n' ' '
  a b d 
  $ mx read video/raw -c id --history --format csv | tail -n +2 | sort | tr '\n' ' '
  a a b c d 
  $ mx read video/raw -c id --deleted --format csv | tail -n +2 | sort | tr '\n' ' '
  a b c d 

The samples of a root feature from a list.

  $ mx resolve video/raw --samples raw.jsonl -q --format csv | cut -d, -f1,2 | sort
  metaxy_increment,id
  new,c
  orphaned,d
  stale,a
