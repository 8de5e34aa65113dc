Rows, settings and files that are refused in words of their own.

  $ printf 'project = "p"\nstore = "dev"\nfeatures = ["f.toml"]\n[stores.dev]\ntype = "duckdb"\npath = "m.duckdb"\n' > metaxy.toml
  > printf '[features.a]\nid = "x"\n[features.c]\nid = ["x", "n"]\ndeps = [{ feature = "a", lineage = { expand = ["x"] } }]\n' > f.toml
  $ echo '{"x": "1", "v": 1, "metaxy_provenance_by_field": {"default": "1"}}' > a.jsonl; mx write a a.jsonl
  ! wrote 1 record of a

A path that is empty, also because a variable is not set, names no store.

  $ sed 's/^path.*/path = "${NOT_SET}"/' metaxy.toml > empty.toml; mx --config-file empty.toml write a a.jsonl
  ! error: the options of a DuckDB store are wrong
  !   option path: is empty (give the path of a file, or :memory:)
  !   in store `dev` at empty.toml:4:9
  [1]
  $ sed 's/duckdb"/sqlite"/' -i empty.toml; mx --config-file empty.toml write a a.jsonl
  ! error: the options of a SQLite store are wrong
  !   option path: is missing (give the path of a file, or :memory:)
  !   in store `dev` at empty.toml:4:9
  [1]

Settings that DuckDB does not take leave nothing behind.

  $ mkdir other; sed 's/^path.*/path = "other\/o.duckdb"\nmemory_limit = "a lot"/' metaxy.toml > wrong.toml; mx --config-file wrong.toml write a a.jsonl; ls other
  ! error: DuckDB does not take `a lot` for its setting `memory_limit`
  ! hint: DuckDB's documentation says what it takes, for example memory_limit = "4GB", threads = 4
  $ sed 's/^memory.*/threads = 0/' -i wrong.toml; mx --config-file wrong.toml write a a.jsonl
  ! error: DuckDB does not take `0` for its setting `threads`
  ! hint: DuckDB's documentation says what it takes, for example memory_limit = "4GB", threads = 4
  [1]
  $ sed 's/^threads.*/config = { threeds = 1 }/' -i wrong.toml; mx --config-file wrong.toml write a a.jsonl
  ! error: the options of a DuckDB store are wrong
  !   option threeds: is unknown (did you mean `threads`?)
  !   in store `dev` at wrong.toml:4:9
  [1]

Files without rows; rows of nothing but nulls.

  $ printf 'x,v,metaxy_provenance_by_field\n' > h.csv; mx write a h.csv; mx write c h.csv
  ! wrote 0 records of a
  ! error: the rows do not fit feature c
  !   id column `n`: is missing (did you mean `x`?)
  !   while writing c
  [1]
  $ echo '{"x": "1", "metaxy_provenance_by_field": null}' > n.jsonl; mx write a n.jsonl
  ! error: rows have nothing but nulls in column `metaxy_provenance_by_field`
  !   while writing a
  ! hint: every sample needs ids, and a version for each field
  [1]

Columns that cannot be told apart.

  $ printf 'x,e,e\n1,2,3\n' > d.csv; mx write a d.csv
  ! error: cannot read `d.csv`: column `e` occurs twice
  ! hint: names of columns differ in more than case: rename one of them
  [1]
  $ printf 'x,\n1,2\n' > d.csv; mx write a d.csv
  ! error: cannot read `d.csv`: a column has no name
  ! hint: name every column, or leave it out
  [1]
  $ echo '{"x": "1", "X": "2"}' > d.jsonl; mx write a d.jsonl
  ! error: cannot read `d.jsonl`: column `X` occurs twice
  ! hint: names of columns differ in more than case: rename one of them
  [1]
  $ echo '{"x": "1", "x": "2"}' > d.jsonl; mx write a d.jsonl
  ! error: cannot read `d.jsonl`: the object in line 1 has `x` twice
  ! hint: leave one of them out
  [1]
  $ echo '{"": "1"}' > d.jsonl; mx write a d.jsonl
  ! error: cannot read `d.jsonl`: a column has no name
  ! hint: name every column, or leave it out
  [1]
  $ echo '{"x": "1", "V": 2, "metaxy_provenance_by_field": {"default": "1"}}' > d.jsonl; mx write a d.jsonl
  ! error: the rows do not fit feature a
  !   column `V`: is called `v` in the table (rename it)
  !   while writing a
  [1]
  $ echo '{"x": "1", "v_1": 2, "metaxy_provenance_by_field": {"default": "1"}}' > d.jsonl; mx write a d.jsonl
  ! wrote 1 record of a

Values that are no rows, or no ids.

  $ echo '[{"x": "1"}]' > array.jsonl; mx write a array.jsonl
  ! error: cannot read `array.jsonl`: it has values that are no objects
  ! hint: write one JSON object per line
  [1]
  $ echo '{"x": ["1"], "metaxy_provenance_by_field": {"default": "1"}}' > list.jsonl; mx write a list.jsonl
  ! error: the rows do not fit feature a
  !   id column `x`: is of type VARCHAR[] (ids are scalars: text, numbers, dates)
  !   while writing a
  [1]
  $ printf '{"x": "1"}\n{"x": ["1"]}\n' > list.jsonl; mx write a list.jsonl
  ! error: cannot read `list.jsonl`: column `x` has `["1"]`, which is no single value
  ! hint: give text, a number or a date
  [1]

The file of a store is not written over.

  $ mx read a -o m.duckdb --format csv; mx resolve c -o ./m.duckdb --format csv; mx read a -c v --format csv
  v
  
  ! error: `m.duckdb` is the file of store `dev`
  ! hint: name another file
  ! error: `./m.duckdb` is the file of store `dev`
  ! hint: name another file

Columns that are not there; samples by name.

  $ mx read a -c nope 2>&1 | cut -c1-60
  error: feature a has no column `nope`
    while reading a
  hint: it has: x, v, metaxy_provenance_by_field, metaxy_prove
  $ echo '{"x": "1", "n": "k", "metaxy_provenance_by_field": {"default": "1"}, "metaxy_provenance": "1"}' > c.jsonl; mx -q write c c.jsonl; mx explain c x=1 n=k | head -1; mx explain c 1 k | head -1; mx explain c 1 other | head -2
  c  x=1, n=k  stale
  c  x=1, n=k  stale
  c  x=1, n=other  unknown
    neither the feature nor its upstreams have such a sample, or filters leave it out

Stores and keys that the linter knows to be wrong.

  $ printf 'project = "p"\nstore = "prod"\nfeatures = ["l.toml"]\n[stores.dev]\ntype = "dukdb"\n' > lint.toml; printf '[features.a]\nid = "x"\n' > l.toml; mx --config-file lint.toml lint
  fault    lint.toml:4:9: store `dev`: there is no kind of store called `dukdb`
           hint: did you mean `duckdb`?
  fault    there is no store `prod`
           hint: known stores are dev
  ! 2 faults
  [1]
  $ printf '[features.a]\nid = ["y", "Y"]\n[features."metaxy_system/store"]\nid = "x"\n' > l.toml; mx --config-file lint.toml lint
  fault    lint.toml:4:9: store `dev`: there is no kind of store called `dukdb`
           hint: did you mean `duckdb`?
  fault    there is no store `prod`
           hint: known stores are dev
  fault    l.toml:2:12: feature a: id columns `y` and `Y` differ only in case
           hint: columns of a table need names that differ in more
  fault    l.toml:3:11: feature metaxy_system/store: key starts with `metaxy_system`, which is kept for metaxy's own tables
           hint: choose another first part
  ! 4 faults
  [1]

Faults do not hide others.

  $ printf '[features.a]\nid = []\nbogus = 1\n[features."Video/Raw"]\nid = "x"\n[features.b]\nid = "x"\ndeps = ["nowhere", "video/raw"]\n' > f.toml; mx lint
  fault    f.toml:2:6: feature a: has no id columns
           hint: name at least one column that identifies a sample
  fault    f.toml:3:1: feature a: unknown key `bogus`
           hint: known keys are description, project, id, id_columns, deps, fields, columns, metadata, external, provenance_by_field, on_version_mismatch
  fault    f.toml:4:11: feature Video/Raw: feature key `Video/Raw`: part 1 (`Video`) has a character other than lower-case letters a-z, digits, `_` and `-`
           hint: write a key such as `video/raw`
  fault    f.toml:8:9: feature b, dep nowhere: there is no such feature
           hint: define feature nowhere or remove the dep
  ! 4 faults
  [1]

A damaged file comes with a remedy.

  $ printf '[features.a]\nid = "x"\n' > f.toml; printf damage | dd of=m.duckdb bs=1 seek=4100 conv=notrunc status=none; mx status 2>&1 | tail -1
  hint: the file was damaged outside of metaxy: restore it from a backup, and look at the disk
