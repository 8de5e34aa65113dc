Values of text formats get the types of the table, of the declaration, or of the upstream.

  $ printf 'project = "p"\nstore = "dev"\nfeatures = ["f.toml"]\n[stores.dev]\ntype = "duckdb"\npath = "m.duckdb"\n' > metaxy.toml
  $ echo 'for f in jsonl json csv; do mx -q resolve $1 -o t.$f && mx -q write $1 t.$f && mx -q write $1 t.$f && mx -q status $1 --format json | grep -c up_to_date\":1 && mx -q drop $1 --yes; done' > loop
  $ echo 'printf "{\"x\": %s, \"n\": %s, \"metaxy_provenance_by_field\": {\"default\": \"1\"}}\n" "$@" | mx -q write a - --format jsonl' > root
  $ printf '[features.a]\nid = ["i", "b", "d", "t", "c", "n", "f", "s"]\ncolumns = { i = "int64", b = "bool", d = "date", t = "timestamp", c = "time", n = "decimal", f = "float64", s = "text" }\n[features.b]\nid = ["i", "b", "d", "t", "c", "n", "f", "s"]\ndeps = ["a"]\n' > f.toml
  $ echo '{"i": 1, "b": true, "d": "2020-01-01", "t": "2020-01-01T00:00:00.5", "c": "01:02:03", "n": 1.25, "f": 1.5, "s": "007", "metaxy_provenance_by_field": {"default": "1"}}' > a.jsonl; mx -q write a a.jsonl; bash loop b
  1
  1
  1
  $ mx -q resolve b --format csv | cut -d, -f2-9
  i,b,d,t,c,n,f,s
  1,true,2020-01-01,2020-01-01 00:00:00.5,01:02:03,1.2500000000,1.5,007
  $ mx explain a 1 true 2020-01-01 2020-01-01T00:00:00.500000 01:02:03 1.2500000000 1.5 007 | tail -3
    code version         __metaxy_initial__
    data version         1
    provenance stored    1

Of a group come lists, which are not of the members' type.

  $ rm m.duckdb; printf '[features.a]\nid = "x"\ncolumns = { x = "int64", n = "float64" }\n[features.g]\nid = "x"\ndeps = [{ feature = "a", lineage = "N:1" }]\n' > f.toml
  $ bash root 1 1; bash loop g
  1
  1
  1

The first value does not make the type that was declared; other values are refused.

  $ bash root 2 2.5
  $ bash root '"two"' 1; bash root 2.5 1; bash root '{"a": 1}' 1; bash root 1 '"loud"'
  ! error: cannot read standard input: column `x` has `two`, which is not of type BIGINT
  ! hint: mend the value; that is the column's type in the table, in the feature's `columns` or upstream
  ! error: cannot read standard input: column `x` has `2.5`, which is not of type BIGINT
  ! hint: mend the value; that is the column's type in the table, in the feature's `columns` or upstream
  ! error: the rows do not fit feature a
  !   id column `x`: is of type STRUCT("a" BIGINT) (ids are scalars: text, numbers, dates)
  !   while writing a
  ! error: cannot read standard input: column `n` has `loud`, which is not of type DOUBLE
  ! hint: mend the value; that is the column's type in the table, in the feature's `columns` or upstream
  [1]
  $ printf 'x,n,metaxy_provenance_by_field\nq,1,"{""default"":""1""}"\n' > q.csv; mx write a q.csv
  ! error: cannot read `q.csv`: column `x` has `q`, which is not of type BIGINT
  ! hint: mend the value; that is the column's type in the table, in the feature's `columns` or upstream
  [1]
  $ mx read a -c x,n --format csv | sort
  1,1.0
  2,2.5
  x,n

What was read can be written, with its system columns.

  $ mx read a -o r.jsonl && mx write a r.jsonl && mx read a -o r.csv && mx write a r.csv
  ! wrote 2 records of a
  ! wrote 2 records of a

NaN is no id.

  $ rm m.duckdb; sed 's/int64/float64/' -i f.toml; bash root '"nan"' 1
  ! error: rows have null, empty or NaN ids: x = `nan`
  !   while writing a
  ! hint: every sample needs an id
  [1]

Times are taken as they are shown.

  $ sed 's/x = "float64"/x = "timestamp"/' -i f.toml; bash root '"2020-01-01T00:00:00.5"' 1; mx read a -c x | tail -1
  2020-01-01T00:00:00.500000
  $ mx explain a 2020-01-01T00:00:00.500000 | head -1; mx explain a '2020-01-01 00:00:00.5' | head -1
  a  x=2020-01-01T00:00:00.500000  up to date
  a  x=2020-01-01 00:00:00.5  up to date
