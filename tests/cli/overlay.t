A store of one's own over the one that all share.

  $ cp -r $FIXTURES/videos/. .
  $ cat > metaxy.toml <<'EOF'
  > project = "videos"
  > features = ["features/*.toml"]
  > [stores.dev]
  > type = "duckdb"
  > path = "dev.duckdb"
  > fallback_stores = ["prod"]
  > [stores.prod]
  > type = "duckdb"
  > path = "prod.duckdb"
  > EOF
  $ mx list stores
  Name           Info                                          Fallbacks
  dev (default)  duckdb($TMP/dev.duckdb)   prod
  prod           duckdb($TMP/prod.duckdb)  -
  
  Total: 2 store(s)

What is missing is named, and nothing is made.

  $ mx read video/raw
  ! error: the database file $TMP/prod.duckdb does not exist
  !   in fallback store `prod`
  ! hint: check the path, or write something to create it
  [1]
  $ mx status
  ! error: the database file $TMP/prod.duckdb does not exist
  !   in fallback store `prod`
  ! hint: check the path, or write something to create it
  [1]
  $ mx write video/raw raw.jsonl
  ! error: the database file $TMP/prod.duckdb does not exist
  !   in fallback store `prod`
  ! hint: check the path, or write something to create it
  [1]
  $ ls *.duckdb
  ! ls: cannot access '*.duckdb': No such file or directory
  [2]

The shared store has records; a store that is not there yet hides none of them.

  $ mx write video/raw raw.jsonl --store prod
  ! wrote 3 records of video/raw
  $ mx resolve video/loudness --store prod --format arrow | mx write video/loudness - --format arrow --store prod
  ! video/loudness: 3 new, 0 stale, 0 orphaned
  ! wrote 3 records of video/loudness
  $ mx status video/loudness
  Status        Feature         Stored  New  Stale  Orphaned  Waiting  Done
  ✓ up to date  video/loudness       3    0      0         0        0  100%
  $ mx read video/raw --columns id,size
  id  size
  a   10
  b   20
  c   30
  $ mx read video/raw --no-fallback
  ! error: the database file $TMP/dev.duckdb does not exist
  ! hint: check the path, or write something to create it
  [1]
  $ ls *.duckdb
  prod.duckdb

Writes and deletions go to the own store.

  $ head -1 raw.jsonl | sed 's/10/11/' > one.jsonl
  $ cat one.jsonl
  {"id": "a", "size": 11, "metaxy_provenance_by_field": {"audio": "a1", "frames": "f1"}}
  $ mx write video/raw one.jsonl
  ! wrote 1 record of video/raw
  $ mx delete video/raw --filter "id = 'b'"
  ! video/raw: 1 sample marked as deleted
  $ mx read video/raw --columns id,size --format csv | sort
  a,11
  c,30
  id,size
  $ mx read video/raw --columns id,size --format csv --no-fallback
  id,size
  a,11
  $ mx read video/raw --columns id,size --format csv --store prod | sort
  a,10
  b,20
  c,30
  id,size
  $ mx status video/loudness
  Status          Feature         Stored  New  Stale  Orphaned  Waiting  Done
  ⚠ needs update  video/loudness       3    0      0         1        0  100%
  $ mx status video/loudness --no-fallback
  Status     Feature         Stored  New  Stale  Orphaned  Waiting  Done
  ✗ missing  video/loudness       0    1      0         0        0    0%
  $ mx resolve video/loudness --format csv | cut -d, -f 1-3 | sort
  metaxy_increment,id,size
  orphaned,b,
  ! video/loudness: 0 new, 0 stale, 1 orphaned
  $ mx resolve video/loudness --no-fallback --format csv | cut -d, -f 1-3
  metaxy_increment,id,size
  new,a,11
  ! video/loudness: 1 new, 0 stale, 0 orphaned
  $ mx explain video/loudness c | head -3
  video/loudness  id=c  up to date
    the record was made from what its upstreams have now
    feature version      0cf44c8c47c07b4bfd5d99e2df4fd363
  $ mx explain video/loudness --sql | grep fallback
  -- __mx_store0: fallback store prod
  -- __mx_store1: fallback store prod
  -- __mx_store2: fallback store prod

Stores whose digests differ are not read as one.

  $ cat >> metaxy.toml <<'EOF'
  > [stores.other]
  > type = "duckdb"
  > path = "other.duckdb"
  > hash_algorithm = "md5"
  > [stores.mixed]
  > type = "duckdb"
  > path = "mixed.duckdb"
  > fallback_stores = ["prod", "other"]
  > [stores.lost]
  > type = "duckdb"
  > path = "lost.duckdb"
  > fallback_stores = ["prd"]
  > EOF
  $ mx write video/raw raw.jsonl --store other
  ! wrote 3 records of video/raw
  $ mx read video/raw --store mixed
  ! error: stores `prod` and `other` cannot be read as one: `prod` has hash format 1, sha256, 32 characters; `other` has hash format 1, md5, 32 characters
  ! hint: digests of different settings cannot be compared: take `other` out of fallback_stores, or use a new store with its settings
  [1]
  $ mx write video/raw raw.jsonl --store mixed --json
  {"error":"conflict","message":"stores `prod` and `other` cannot be read as one: `prod` has hash format 1, sha256, 32 characters; `other` has hash format 1, md5, 32 characters","hint":"digests of different settings cannot be compared: take `other` out of fallback_stores, or use a new store with its settings","notes":[],"faults":[]}
  [1]
  $ mx status --store lost
  ! error: store `lost` falls back to `prd`, which is not configured
  !   at metaxy.toml:21:19
  ! hint: did you mean `prod`?
  [1]
  $ ls *.duckdb
  dev.duckdb
  other.duckdb
  prod.duckdb

A circle of stores is a fault of the configuration.

  $ sed -i 's/^path = "prod.duckdb"/&\nfallback_stores = ["dev"]/' metaxy.toml
  $ mx status
  ! error: the configuration is not valid
  !   metaxy.toml:10:19: store prod: fallback_stores go round in a circle: dev -> prod -> dev (leave one of them out)
  [1]
  $ mx list stores --format json
  {"error":"invalid_spec","message":"the configuration is not valid","hint":null,"notes":[],"faults":[{"subject":"store prod","message":"fallback_stores go round in a circle: dev -> prod -> dev","hint":"leave one of them out","file":"metaxy.toml","line":10,"column":19}]}
  [1]
