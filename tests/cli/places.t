What is wrong with a definition is told at the element that it is about, in the order of the file.

  $ cp -r $FIXTURES/videos/. .
  $ mx write video/raw raw.jsonl -q
  $ cat > features/bad.toml <<'END'
  > [features."a/ids"]
  > id = ["path", "metaxy_provenance", "Path"]
  > fields = ["x/y", "x_y"]
  > 
  > [features."a/loop"]
  > id = "id"
  > deps = [
  >   "video/raw",
  >   "a/back",
  > ]
  > 
  > [features."a/back"]
  > id = "id"
  > deps = "a/loop"
  > 
  > [features."a/reads"]
  > id = "id"
  > deps = ["video/raw", "video/rw", "video/raw"]
  > fields = [
  >   { key = "both", deps = ["video/raw.audio", "video/raw.frame"] },
  >   { key = "far", deps = [{ feature = "video/crop", fields = ["frames"] }] },
  > ]
  > 
  > [[features."a/settings".deps]]
  > feature = "video/raw"
  > select = ["size", "id", "size"]
  > lineage = { aggregate = ["id", "id"] }
  > [features."a/settings".deps.rename]
  > size = "id"
  > wide = "metaxy_data_version"
  > [[features."a/settings".deps]]
  > feature = "video/crop"
  > fields_mapping = { specific = { default = ["frames"], other = ["sound"] } }
  > [features."a/settings"]
  > id = "id"
  > 
  > [features."a-ids"]
  > id = "id"
  > [features.a_ids]
  > id = "id"
  > END
  $ mx lint
  fault    features/bad.toml:2:15: feature a/ids: id column `metaxy_provenance` has the prefix `metaxy_`, which is kept for system columns
           hint: choose another name
  fault    features/bad.toml:2:36: feature a/ids: id columns `path` and `Path` differ only in case
           hint: columns of a table need names that differ in more
  fault    features/bad.toml:3:18: feature a/ids, field x_y: would share the struct member `x_y` with field x/y
           hint: rename one of them
  fault    features/bad.toml:9:3: feature a/loop: depends on itself: a/loop → a/back → a/loop
           hint: remove one of these deps
  fault    features/bad.toml:18:22: feature a/reads, dep video/rw: there is no such feature
           hint: did you mean `video/raw`?
  fault    features/bad.toml:18:34: feature a/reads, dep video/raw: is named twice
           hint: merge the two
  fault    features/bad.toml:20:46: feature a/reads, field both: feature video/raw has no field frame
           hint: did you mean `frames`?
  fault    features/bad.toml:21:38: feature a/reads, field far: reads video/crop, which is not among the feature's deps
           hint: did you mean `video/raw`?
  fault    features/bad.toml:26:11: feature a/settings, dep video/raw: selects `size` by the name it has before renaming
           hint: select `id` instead
  fault    features/bad.toml:26:25: feature a/settings, dep video/raw: select names column `size` twice
  fault    features/bad.toml:26:25: feature a/settings, dep video/raw: selects `size` by the name it has before renaming
           hint: select `id` instead
  fault    features/bad.toml:27:32: feature a/settings, dep video/raw: lineage `on` names column `id` twice
  fault    features/bad.toml:29:1: feature a/settings, dep video/raw: renames `size` to `id`, an id column of the upstream
           hint: choose another name
  fault    features/bad.toml:30:1: feature a/settings, dep video/raw: renames `wide` to `metaxy_data_version`, the name of a system column
           hint: choose another name
  fault    features/bad.toml:33:55: feature a/settings, dep video/crop, mapping: feature a/settings has no field other
  fault    features/bad.toml:33:64: feature a/settings, dep video/crop, mapping: feature video/crop has no field sound
           hint: fields of video/crop are frames
  fault    features/bad.toml:39:11: feature a_ids: would share the table `a_ids` with feature a-ids; the other one is at features/bad.toml:37:11
           hint: rename one of them
  ! 17 faults
  [1]
  $ mx status
  ! error: the feature definitions are not valid
  !   features/bad.toml:2:15: feature a/ids: id column `metaxy_provenance` has the prefix `metaxy_`, which is kept for system columns (choose another name)
  !   features/bad.toml:2:36: feature a/ids: id columns `path` and `Path` differ only in case (columns of a table need names that differ in more)
  !   features/bad.toml:3:18: feature a/ids, field x_y: would share the struct member `x_y` with field x/y (rename one of them)
  !   features/bad.toml:9:3: feature a/loop: depends on itself: a/loop → a/back → a/loop (remove one of these deps)
  !   features/bad.toml:18:22: feature a/reads, dep video/rw: there is no such feature (did you mean `video/raw`?)
  !   features/bad.toml:18:34: feature a/reads, dep video/raw: is named twice (merge the two)
  !   features/bad.toml:20:46: feature a/reads, field both: feature video/raw has no field frame (did you mean `frames`?)
  !   features/bad.toml:21:38: feature a/reads, field far: reads video/crop, which is not among the feature's deps (did you mean `video/raw`?)
  !   features/bad.toml:26:11: feature a/settings, dep video/raw: selects `size` by the name it has before renaming (select `id` instead)
  !   features/bad.toml:26:25: feature a/settings, dep video/raw: select names column `size` twice
  !   features/bad.toml:26:25: feature a/settings, dep video/raw: selects `size` by the name it has before renaming (select `id` instead)
  !   features/bad.toml:27:32: feature a/settings, dep video/raw: lineage `on` names column `id` twice
  !   features/bad.toml:29:1: feature a/settings, dep video/raw: renames `size` to `id`, an id column of the upstream (choose another name)
  !   features/bad.toml:30:1: feature a/settings, dep video/raw: renames `wide` to `metaxy_data_version`, the name of a system column (choose another name)
  !   features/bad.toml:33:55: feature a/settings, dep video/crop, mapping: feature a/settings has no field other
  !   features/bad.toml:33:64: feature a/settings, dep video/crop, mapping: feature video/crop has no field sound (fields of video/crop are frames)
  !   features/bad.toml:39:11: feature a_ids: would share the table `a_ids` with feature a-ids; the other one is at features/bad.toml:37:11 (rename one of them)
  [1]
  $ rm features/bad.toml

So are warnings.

  $ cat > features/odd.toml <<'END'
  > [features.odd]
  > id_columns = ["id"]
  > fields = [{ key = "x", deps = ["video/raw.audio"] }]
  > [features.odd.deps."video/raw"]
  > fields_mapping = "all"
  > [features.odd.deps."video/crop"]
  > END
  $ mx lint
  warning  features/odd.toml:5:18: feature odd, dep video/raw: its fields mapping has no effect because every field has deps of its own
  warning  features/odd.toml:6:20: feature odd, dep video/crop: no field reads it: its changes will never make a sample stale
  ! 5 features, 2 warnings
  $ mx lint --format json
  {"ok":true,"feature_count":5,"faults":[],"warnings":[{"subject":"feature odd, dep video/raw","message":"its fields mapping has no effect because every field has deps of its own","hint":null,"file":"features/odd.toml","line":5,"column":18},{"subject":"feature odd, dep video/crop","message":"no field reads it: its changes will never make a sample stale","hint":null,"file":"features/odd.toml","line":6,"column":20}]}

What only the stored upstream tells is told with the place, too.

  $ cat > odd <<'END'
  > printf '[features.odd]\nid = "id"\n[features.odd.deps."video/raw"]\n%s\n' "$1" > features/odd.toml
  > END
  $ sh odd 'select = ["id", "sise"]'; mx resolve odd
  ! error: dependency video/raw of feature odd selects `sise`, which the stored upstream lacks
  !   at features/odd.toml:4:17
  !   while resolving odd
  ! hint: did you mean `size`?
  [1]
  $ sh odd 'rename = { id = "key", sise = "bytes" }'; mx resolve odd
  ! error: dependency video/raw of feature odd renames `sise`, which the stored upstream lacks
  !   at features/odd.toml:4:24
  !   while resolving odd
  ! hint: did you mean `size`?
  [1]
  $ sh odd 'rename = { id = "size" }'; mx resolve odd
  ! error: dependency video/raw of feature odd has two columns called `size` after renaming
  !   at features/odd.toml:4:12
  !   while resolving odd
  ! hint: rename the stored column `size` too
  [1]
  $ sh odd 'filters = ["size > 10", "sise > 10"]'; mx resolve odd
  ! error: a filter of dependency video/raw of feature odd names column `sise`, which does not exist there
  !   at features/odd.toml:4:25
  !   while resolving odd
  ! hint: did you mean `size`?
  [1]
  $ sh odd 'lineage = { aggregate = ["id", "grop"] }'; mx resolve odd
  ! error: dependency video/raw of feature odd aggregates by `grop`, which the stored upstream lacks
  !   at features/odd.toml:4:32
  !   while resolving odd
  ! hint: it has: id, size
  [1]
  $ sh odd 'lineage = { aggregate = ["grop"] }'; mx resolve odd --format json
  {"error":"schema_mismatch","message":"dependency video/raw of feature odd aggregates by `grop`, which the stored upstream lacks","hint":"it has: id, size","notes":["at features/odd.toml:4:26","while resolving odd"],"faults":[]}
  [1]
  $ sh odd 'lineage = "N:1"
  > rename = { id = "key" }'; mx resolve odd
  ! error: dependency video/raw of feature odd aggregates by `id`, which the stored upstream lacks
  !   at features/odd.toml:4:11
  !   while resolving odd
  ! hint: it has: key, size
  [1]
  $ cat > features/odd.toml <<'END'
  > [features.same]
  > id = "id"
  > [features.odd]
  > id = "id"
  > deps = ["video/raw", "same"]
  > END
  $ echo '{"id": "a", "size": 1, "metaxy_provenance_by_field": {"default": "1"}}' > same.jsonl; mx write same same.jsonl -q
  $ mx resolve odd
  ! error: upstreams of feature odd give columns of the same name: `size` (video/raw and same)
  !   at features/odd.toml:5:22
  !   while resolving odd
  ! hint: rename one of them in the dependency, or select the columns that you need
  [1]
