A parent that expands to nothing is written as a row without ids of children.

  $ mx -q init && rm features/example.toml
  $ printf '[features.book]\nid = "book"\n[features.page]\nid = ["book", "n"]\ndeps = [{ feature = "book", lineage = { expand = ["book"] } }]\n' > features/book.toml
  $ printf '{"book":"%s","text":"%s","metaxy_provenance_by_field":{"default":"1"}}\n' a 'x y' b '' > books.jsonl
  $ mx -q write book books.jsonl
  $ mx -q resolve page --format jsonl -o todo.jsonl
  $ sed -n 's/"book":"a"/&,"n":1/p; s/"book":"b"/&,"n":null/p' todo.jsonl > pages.jsonl
  $ mx write page pages.jsonl
  ! wrote 1 record of page
  ! noted 1 parent without children
  $ mx status
  Status        Feature  Stored  New  Stale  Orphaned  Waiting  Done
  ○ root        book          2    -      -         -        -     -
  ✓ up to date  page          1    0      0         0        0  100%
  $ mx read page --columns book,n
  book  n
  a     1
  $ mx read page --columns book,n --deleted
  book  n
  a     1
  b
  $ mx explain page book=b | head -3
  page  book=b  up to date
    what its upstreams have now expands to nothing
    feature version      280aee00b889290e82729f7f53cc5669
Such a row is the only one of its parent.

  $ sed -n 's/"book":"[ab]"/"book":"b","n":null/p' todo.jsonl > twice.jsonl
  $ mx write page twice.jsonl
  ! error: rows without ids of children, which stand for parents without children, have other rows beside them: book = `b`
  !   while writing page
  ! hint: give a child its ids, or write such a parent in one row
  [1]
Other features have no use for it.

  $ sed 's/"book":"a"/"book":null/' books.jsonl > nobody.jsonl && mx write book nobody.jsonl
  ! error: rows have null, empty or NaN ids: book = null
  !   while writing book
  ! hint: every sample needs an id
  [1]
  $ mx write page pages.jsonl --json
  {"feature":"page","rows":1,"retired":0,"childless":1,"table_created":false}
What a fallback has of a parent gives way to what is said of it here.

  $ printf 'fallback_stores = ["prod"]\n[stores.prod]\ntype = "duckdb"\n[stores.prod.config]\ndatabase = "metaxy.duckdb"\n' >> metaxy.toml && sed -i '0,/database = "metaxy.duckdb"/s//database = "branch.duckdb"/' metaxy.toml
  $ printf '{"book":"%s","text":"","metaxy_provenance_by_field":{"default":"2"}}\n' a > changed.jsonl && mx -q write book changed.jsonl
  $ mx -q resolve page --format jsonl -o todo.jsonl && sed 's/"book":"a"/&,"n":null/' todo.jsonl > pages.jsonl
  $ mx write page pages.jsonl
  ! wrote 0 records of page
  ! retired 1 record that their parents no longer expand to
  ! noted 1 parent without children
  $ mx status
  Status        Feature  Stored  New  Stale  Orphaned  Waiting  Done
  ○ root        book          2    -      -         -        -     -
  ✓ up to date  page          0    0      0         0        0  100%
  $ mx status --store prod
  Status        Feature  Stored  New  Stale  Orphaned  Waiting  Done
  ○ root        book          2    -      -         -        -     -
  ✓ up to date  page          1    0      0         0        0  100%
