All faults at once, each with its place; exit code 1.

  $ cp -r $FIXTURES/videos/. .
  $ mx lint
  ! 4 features, 0 warnings
  $ cat > features/bad.toml <<'END'
  > [features."video/bad"]
  > id_columns = ["id"]
  > deps = ["video/rw"]
  > [features."video/worse"]
  > id_columns = []
  > feilds = ["x"]
  > END
  $ mx lint
  fault    features/bad.toml:3:9: feature video/bad, dep video/rw: there is no such feature
           hint: did you mean `video/raw`?
  fault    features/bad.toml:5:14: feature video/worse: has no id columns
           hint: name at least one column that identifies a sample
  fault    features/bad.toml:6:1: feature video/worse: unknown key `feilds`
           hint: did you mean `fields`?
  ! 3 faults
  [1]
  $ mx lint --format json
  {"ok":false,"feature_count":null,"faults":[{"subject":"feature video/bad, dep video/rw","message":"there is no such feature","hint":"did you mean `video/raw`?","file":"features/bad.toml","line":3,"column":9},{"subject":"feature video/worse","message":"has no id columns","hint":"name at least one column that identifies a sample","file":"features/bad.toml","line":5,"column":14},{"subject":"feature video/worse","message":"unknown key `feilds`","hint":"did you mean `fields`?","file":"features/bad.toml","line":6,"column":1}],"warnings":[]}
  [1]
  $ mx list features
  ! error: feature files are not valid
  !   features/bad.toml:3:9: feature video/bad, dep video/rw: there is no such feature (did you mean `video/raw`?)
  !   features/bad.toml:5:14: feature video/worse: has no id columns (name at least one column that identifies a sample)
  !   features/bad.toml:6:1: feature video/worse: unknown key `feilds` (did you mean `fields`?)
  [1]

A filter that will not parse.

  $ cat > features/bad.toml <<'END'
  > [features."video/bad"]
  > id_columns = ["id"]
  > [[features."video/bad".deps]]
  > feature = "video/raw"
  > filters = ["size >"]
  > END
  $ mx lint
  fault    features/bad.toml:5:12: feature video/bad, dep video/raw: filter `size >`: filter, line 1, column 7: expected a column, a constant or `(`, found the end of the filter
  ! 1 fault
  [1]

Broken TOML, in features and in the configuration.

  $ echo '[features.' > features/bad.toml
  $ mx lint
  fault    features/bad.toml:1:11: is not valid TOML: Error while parsing key: expected bare key starting character or string delimiter, saw '\n'
  ! 1 fault
  [1]
  $ rm features/bad.toml; sed -i '1i projct = "x"' metaxy.toml
  $ mx lint
  fault    metaxy.toml:1:1: unknown setting `projct`
           hint: did you mean `project`?
  ! 1 fault
  [1]
  $ echo '[[[' > metaxy.toml
  $ mx lint
  fault    metaxy.toml:1:3: is not valid TOML: Error while parsing key: expected bare key starting character or string delimiter, saw '['
  ! 1 fault
  [1]
  $ mx list features --format json
  {"error":"invalid_spec","message":"the configuration is not valid","hint":null,"notes":[],"faults":[{"subject":null,"message":"is not valid TOML: Error while parsing key: expected bare key starting character or string delimiter, saw '['","hint":null,"file":"metaxy.toml","line":1,"column":3}]}
  [1]

No configuration at all.

  $ rm -r metaxy.toml features
  $ mx lint
  ! error: there is no metaxy.toml here or in any folder above
  ! hint: begin a project with `mx init`, or name a configuration with --config-file
  [1]
  $ mx lint --config-file other.toml
  ! error: configuration file `other.toml` does not exist
  [1]
