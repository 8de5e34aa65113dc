Stores that nobody configured, told by their URI.

  $ cp -r $FIXTURES/videos/. .
  $ mx write video/raw raw.jsonl --store duckdb://$PWD/mine.duckdb
  ! wrote 3 records of video/raw
  $ mx status --store duckdb://$PWD/mine.duckdb
  Status     Feature         Stored  New  Stale  Orphaned  Waiting  Done
  ○ root     video/raw            3    -      -         -        -     -
  ✗ missing  video/crop           0    3      0         0        0    0%
  ✗ missing  video/loudness       0    3      0         0        0    0%
  ✗ missing  report/all           0    -      -         -        -     -
  $ mx status --store mysql://me:secret@host/db
  ! error: no store has URIs that begin with `mysql://`
  ! hint: known are duckdb://, postgresql://, postgres://, clickhouse://, clickhouses://, clickhousedb://, clickhouse+http://, clickhouse+https://, clickhouse+native://, http://, https://, sqlite://
  [1]
  $ mx status --store 'postgresql://me:secret@127.0.0.1:1/db?connect_timeout=5'
  ! error: cannot connect to PostgreSQL: connection to server at "127.0.0.1", port 1 failed: Connection refused
  ! 	Is the server running on that host and accepting TCP/IP connections?
  ! hint: check host and port, and that the server runs and lets you in
  [1]
  $ mx copy video/raw --from duckdb://$PWD/mine.duckdb --to duckdb://$PWD/other.duckdb
  ! video/raw: 3 records copied
  $ mx copy video/raw --from duckdb://$PWD/mine.duckdb --to sqlite://$PWD/mine.sqlite
  ! video/raw: 3 records copied
  $ mx status --store sqlite://$PWD/mine.sqlite
  Status     Feature         Stored  New  Stale  Orphaned  Waiting  Done
  ○ root     video/raw            3    -      -         -        -     -
  ✗ missing  video/crop           0    3      0         0        0    0%
  ✗ missing  video/loudness       0    3      0         0        0    0%
  ✗ missing  report/all           0    -      -         -        -     -
  $ mx status --store sqlite://$PWD/raw.jsonl
  ! error: $TMP/raw.jsonl is not a SQLite database
  ! hint: name another file; this one was left as it is
  [1]
  $ mx list stores
  Name           Info                                            Fallbacks
  dev (default)  duckdb($TMP/metaxy.duckdb)  -
  
  Total: 1 store(s)
