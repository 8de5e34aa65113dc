Errors with --format json: one document on standard output, whenever the fault shows.

  $ cp -r $FIXTURES/videos/. . && python3 -c 'for i in range(60000): print("{\"id\": \"%s\", \"metaxy_provenance_by_field\": {\"audio\": \"x\", \"frames\": \"y\"}}" % (i if i < 59999 else "x"))' > many.jsonl && mx -q write video/raw many.jsonl
  $ cat > shape.py <<'END'
  > import json, sys
  > document = json.load(open(sys.argv[1]))
  > print(list(document), "error:", document.get("error"), "| some rows:", 0 < len(document.get("rows", [])) < 60000)
  > END

Before the first row went out, the error is the document.

  $ mx read video/raw -c id --filter "CAST(id AS INTEGER) = -1" --format json > out.json; echo $?; python3 shape.py out.json
  1
  ['error', 'message', 'hint', 'notes', 'faults'] error: invalid_argument | some rows: False

Behind rows, it ends the document that was begun.

  $ mx read video/raw --filter "CAST(id AS INTEGER) >= 0" --format json > out.json 2> err; echo $?; python3 shape.py out.json; head -1 err
  1
  ['feature', 'rows', 'error', 'message', 'hint', 'notes', 'faults'] error: invalid_argument | some rows: True
  error: DuckDB: Could not convert string 'x' to INT32 when casting from source column id

A file appears whole or not at all.

  $ for f in json jsonl csv parquet arrow; do mx read video/raw --filter "CAST(id AS INTEGER) >= 0" -o rows.$f 2>&1 | head -1; done; ls rows.* 2> /dev/null
  error: DuckDB: Could not convert string 'x' to INT32 when casting from source column id
  error: DuckDB: Could not convert string 'x' to INT32 when casting from source column id
  error: DuckDB: Could not convert string 'x' to INT32 when casting from source column id
  error: DuckDB: Could not convert string 'x' to INT32 when casting from source column id
  error: DuckDB: Could not convert string 'x' to INT32 when casting from source column id
  [2]
