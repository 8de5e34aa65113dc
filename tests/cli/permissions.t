Files and folders that may not be read or written: said with the path, the remedy, and nothing changed.

  $ cp -r $FIXTURES/videos/. . && mx -q write video/raw raw.jsonl && mx -q resolve video/crop -o todo.jsonl
  $ ln -s $FIXTURES/bin/unprivileged as_user; cp metaxy.duckdb before.duckdb

The configuration and the feature files.

  $ chmod 000 metaxy.toml; ./as_user mx list features; chmod 644 metaxy.toml
  [1]
  ! error: the configuration is not valid
  !   metaxy.toml: file `metaxy.toml`: cannot be read: Permission denied (check the permissions of the file and its folder)
  $ chmod 000 features/videos.toml; ./as_user mx lint; ./as_user mx list features; chmod 644 features/videos.toml
  fault    features/videos.toml: file `features/videos.toml`: cannot be read: Permission denied
           hint: check the permissions of the file and its folder
  [1]
  [1]
  ! 1 fault
  ! error: feature files are not valid
  !   features/videos.toml: file `features/videos.toml`: cannot be read: Permission denied (check the permissions of the file and its folder)
  $ chmod 000 features; ./as_user mx lint; chmod 755 features
  [1]
  ! error: folder `$TMP/features` cannot be listed: Permission denied
  ! hint: check the permissions of the file and its folder
  $ chmod 644 features; ./as_user mx list features --format json; chmod 755 features
  {"error":"io","message":"cannot look at `$TMP/features/videos.toml`: Permission denied","hint":"check the permissions of the file and its folder","notes":[],"faults":[]}
  [1]
  $ mkdir features/secret; cp features/videos.toml features/secret/; mv metaxy.toml kept.toml; sed 's#features/\*#features/**/*#' kept.toml > metaxy.toml
  $ chmod 644 features/secret; ./as_user mx list features; chmod 755 features/secret; rm -r features/secret; mv kept.toml metaxy.toml
  [1]
  ! error: cannot look at `$TMP/features/secret/videos.toml`: Permission denied
  ! hint: check the permissions of the file and its folder

The database.

  $ chmod 000 metaxy.duckdb; ./as_user mx read video/raw; ./as_user mx status; ./as_user mx write video/raw raw.jsonl; chmod 644 metaxy.duckdb
  [1]
  [1]
  [1]
  ! error: cannot open the database file $TMP/metaxy.duckdb for reading: Permission denied
  ! hint: check the permissions of the file and its folder
  ! error: cannot open the database file $TMP/metaxy.duckdb for reading: Permission denied
  ! hint: check the permissions of the file and its folder
  ! error: cannot open the database file $TMP/metaxy.duckdb for reading: Permission denied
  ! hint: check the permissions of the file and its folder
  $ chmod 444 metaxy.duckdb; ./as_user mx read video/raw -c id --format csv; ./as_user mx write video/raw raw.jsonl; chmod 644 metaxy.duckdb
  id
  a
  b
  c
  [1]
  ! error: cannot open the database file $TMP/metaxy.duckdb for writing: Permission denied
  !   while writing video/raw
  ! hint: check the permissions of the file and its folder
  $ chmod 555 .; ./as_user mx write video/raw raw.jsonl; ./as_user mx delete video/raw --hard --all --yes; chmod 755 .
  [1]
  [1]
  ! error: DuckDB: Cannot open file "$TMP/metaxy.duckdb.wal": Permission denied
  !   while writing video/raw
  ! hint: check the permissions of the file and its folder
  ! error: DuckDB: Cannot open file "$TMP/metaxy.duckdb.wal": Permission denied
  !   while deleting from video/raw
  ! hint: check the permissions of the file and its folder
  $ mkdir data; sed -i 's#metaxy.duckdb#data/metaxy.duckdb#' metaxy.toml; chmod 555 data; ./as_user mx write video/raw raw.jsonl; chmod 755 data; ls data
  [1]
  ! error: cannot open the database file $TMP/data/metaxy.duckdb: DuckDB: Cannot open file "$TMP/data/metaxy.duckdb": Permission denied
  ! hint: check the permissions of the file and its folder
  $ mv metaxy.duckdb data/; chmod 000 data; ./as_user mx read video/raw; ./as_user mx status; ./as_user mx write video/raw raw.jsonl; chmod 755 data
  [1]
  [1]
  [1]
  ! error: cannot open the database file $TMP/data/metaxy.duckdb: Permission denied
  ! hint: check the permissions of the file and its folder
  ! error: cannot open the database file $TMP/data/metaxy.duckdb: Permission denied
  ! hint: check the permissions of the file and its folder
  ! error: cannot open the database file $TMP/data/metaxy.duckdb: Permission denied
  ! hint: check the permissions of the file and its folder
  $ cmp before.duckdb data/metaxy.duckdb; ls data
  metaxy.duckdb

What is read and written.

  $ chmod 000 todo.jsonl; ./as_user mx write video/crop todo.jsonl; chmod 644 todo.jsonl
  [1]
  ! error: cannot read `todo.jsonl`: Permission denied
  ! hint: check the permissions of the file and its folder
  $ mkdir in; cp todo.jsonl in; chmod 000 in; ./as_user mx write video/crop in/todo.jsonl; ./as_user mx write video/crop in/todo.arrow; chmod 755 in
  [1]
  [1]
  ! error: cannot read `in/todo.jsonl`: Permission denied
  ! hint: check the permissions of the file and its folder
  ! error: cannot read `in/todo.arrow`: Permission denied
  ! hint: check the permissions of the file and its folder
  $ mkdir out; chmod 555 out; for f in csv jsonl parquet arrow json; do ./as_user mx read video/raw -o out/rows.$f; done; chmod 755 out; ls out
  [1]
  [1]
  [1]
  [1]
  [1]
  ! error: cannot write `out/rows.csv`: Permission denied
  !   while writing `out/rows.csv`
  ! hint: check the permissions of the file and its folder
  ! error: cannot write `out/rows.jsonl`: Permission denied
  !   while writing `out/rows.jsonl`
  ! hint: check the permissions of the file and its folder
  ! error: cannot write `out/rows.parquet`: Permission denied
  !   while writing `out/rows.parquet`
  ! hint: check the permissions of the file and its folder
  ! error: cannot write `out/rows.arrow`: Permission denied
  !   while writing `out/rows.arrow`
  ! hint: check the permissions of the file and its folder
  ! error: cannot write `out/rows.json`: Permission denied
  !   while writing `out/rows.json`
  ! hint: check the permissions of the file and its folder
  $ chmod 555 out; ./as_user mx init out/videos; ./as_user mx graph render --format mermaid -o out/x.mmd; chmod 755 out; ls out
  [1]
  [1]
  ! error: cannot make the folder `out/videos/features`: Permission denied
  ! hint: check the permissions of the file and its folder
  ! error: cannot write `out/x.mmd`: Permission denied
  ! hint: check the permissions of the file and its folder
  $ mx read video/crop
  ! error: nothing has been written for video/crop
  !   while reading video/crop
  ! hint: write its records first
  [1]
