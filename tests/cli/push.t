Definitions recorded in a store, for other projects that depend on them.

  $ cp -r $FIXTURES/videos/. . && mx push > version
  ! recorded the features of project videos
  $ test "$(cat version)" = "$(mx push --format json | python3 -c 'import json, sys; r = json.load(sys.stdin); print(r["project_version"] if r["already_pushed"] else r)')"
  $ mx push --tag nonsense
  ! error: `nonsense` is no tag
  ! hint: write NAME=VALUE
  [2]
  $ mx --project other push
  ! error: definitions are pushed for the project of the configuration
  ! hint: leave --project and --all-projects out
  [1]
  $ mx -q write video/raw raw.jsonl

Another project names one of them without saying all of it.

  $ mkdir other && cat > other/metaxy.toml <<'END'
  > project = "other"
  > store = "dev"
  > features = ["*.f.toml"]
  > [stores.dev]
  > type = "duckdb"
  > [stores.dev.config]
  > database = "../metaxy.duckdb"
  > END
  $ cat > other/here.f.toml <<'END'
  > [features."video/raw"]
  > external = true
  > id = "id"
  > fields = ["frames"]
  > project = "videos"
  > [features.thumbnail]
  > id = "id"
  > deps = ["video/raw"]
  > fields = ["frames"]
  > END
  $ cd other && mx resolve thumbnail -o todo.jsonl
  ! warning: external features have other versions than declared, those of the store are used: video/raw (here 2fbf8a99833ff11bad7072bafe185209, in the store b7e77421f93e56617ae93d6822bdc310)
  ! thumbnail: 3 new, 0 stale, 0 orphaned
  $ cd other && python3 -c 'import json; print(sorted(json.loads(line)["id"] for line in open("todo.jsonl")))'
  ['a', 'b', 'c']
  $ cd other && sed -i 's/^external = true/external = true\non_version_mismatch = "error"/' here.f.toml && mx status
  ! error: external features have other versions than declared: video/raw (here 2fbf8a99833ff11bad7072bafe185209, in the store b7e77421f93e56617ae93d6822bdc310)
  ! hint: bring the declarations up to date, or set on_version_mismatch = "warn"
  [1]

Features that only the store knows can be named when they are loaded from it.

  $ mkdir third && sed 's/"other"/"third"/' other/metaxy.toml > third/metaxy.toml && touch third/none.f.toml
  $ cd third && mx read video/raw
  ! error: there is no feature video/raw
  [1]
  $ cd third && printf '\n[[extra_features]]\nkeys = ["video/loudness"]\n' >> metaxy.toml && mx read video/raw -c id --format csv | sort
  a
  b
  c
  id
  $ cd third && mx status video/raw video/loudness && mx status && mx --all-projects status
  Status     Feature         Stored  New  Stale  Orphaned  Waiting  Done
  ○ root     video/raw            3    -      -         -        -     -
  ✗ missing  video/loudness       0    3      0         0        0    0%
  Status     Feature         Stored  New  Stale  Orphaned  Waiting  Done
  ○ root     video/raw            3    -      -         -        -     -
  ✗ missing  video/loudness       0    3      0         0        0    0%
  ! warning: there are no features to check
  $ cd third && mx -q resolve video/loudness -o todo.jsonl && mx write video/loudness todo.jsonl && mx explain video/loudness a | head -1
  video/loudness  id=a  up to date
  ! wrote 3 records of video/loudness
  $ cd third && mx delete video/loudness --filter "id = 'a'" && mx read video/row
  ! video/loudness: 1 sample marked as deleted
  ! error: there is no feature video/row
  ! hint: did you mean `video/raw`?
  [1]
  $ cd third && rm ../metaxy.duckdb && mx status video/raw; mx read video/raw; mx status
  ! error: there is no feature video/raw
  ! error: the database file $TMP/metaxy.duckdb does not exist
  ! hint: check the path, or write something to create it
  ! warning: there are no features to check
