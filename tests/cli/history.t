What was pushed, and when.

  $ cp -r $FIXTURES/videos/. . && mx history
  ! error: the database file $TMP/metaxy.duckdb does not exist
  ! hint: check the path, or write something to create it
  [1]
  $ mx -q write video/raw raw.jsonl && mx history
  ! nothing was pushed yet
  $ mx history video/raw
  ! error: feature video/raw was never pushed to this store
  ! hint: record the definitions of its project with `mx push`
  [1]
  $ mx -q push --tag commit=one --tag by=me > first && mx history
  Recorded at (UTC)    Project  Version          Features  Changed                                         Tags
  ????-??-?? ??:??:??  videos   a13d9caf5cad...         4  + report/all, + video/crop and 2 more features  by=me, commit=one (glob)
  
  Total: 1 push
  $ mx history video/raw
  Version                    First pushed (UTC)   Project version  Fields changed     Tags
  b7e77421f93e... (current)  ????-??-?? ??:??:??  a13d9caf5cad...  + audio, + frames  by=me, commit=one (glob)
  
  Total: 1 version

A change of one field changes what reads it, and nothing else; a second push of the same is none.

  $ cp features/videos.toml before.toml && sed -i 's/audio = "1"/audio = "2"/' features/videos.toml && printf '[features.extra]\nid_columns = ["id"]\n' > features/extra.toml && mx -q push > second && mx -q push > again
  $ mx history
  Recorded at (UTC)    Project  Version          Features  Changed                                         Tags
  ????-??-?? ??:??:??  videos   7f40b0307012...         5  + extra, ~ report/all and 2 more features       - (glob)
  ????-??-?? ??:??:??  videos   a13d9caf5cad...         4  + report/all, + video/crop and 2 more features  by=me, commit=one (glob)
  
  Total: 2 pushes
  $ mx history video/raw
  Version                    First pushed (UTC)   Project version  Fields changed     Tags
  970322493069... (current)  ????-??-?? ??:??:??  7f40b0307012...  ~ audio            - (glob)
  b7e77421f93e...            ????-??-?? ??:??:??  a13d9caf5cad...  + audio, + frames  by=me, commit=one (glob)
  
  Total: 2 versions
  $ mx history video/loudness --format json | python3 -c 'import json, sys; r = json.load(sys.stdin); print(r["feature"], [(v["is_current"], v["project"], [(f["key"], f["change"]) for f in v["fields"]], v["tags"]) for v in r["versions"]])'
  video/loudness [(True, 'videos', [('loudness', 'changed')], {}), (False, 'videos', [('loudness', None)], {'by': 'me', 'commit': 'one'})]

Metadata makes another definition of the same version; what is gone is told, and what comes back is another push.

  $ printf '\n[features."video/crop".metadata]\nowner = "me"\n' >> features/videos.toml && rm features/extra.toml && mx -q push > third
  $ cp before.toml features/videos.toml && mx -q push | diff - first
  $ mx history
  Recorded at (UTC)    Project  Version          Features  Changed                                         Tags
  ????-??-?? ??:??:??  videos   a13d9caf5cad...         4  ~ report/all, = video/crop and 2 more features  - (glob)
  ????-??-?? ??:??:??  videos   6b29b8531032...         4  - extra, = video/crop                           - (glob)
  ????-??-?? ??:??:??  videos   7f40b0307012...         5  + extra, ~ report/all and 2 more features       - (glob)
  ????-??-?? ??:??:??  videos   a13d9caf5cad...         4  + report/all, + video/crop and 2 more features  by=me, commit=one (glob)
  
  Total: 4 pushes
  $ mx history --limit 1 --format json | python3 -c 'import json, sys; r = json.load(sys.stdin); print([(p["project"], p["feature_count"], [(c["feature"], c["change"], c["before"] == c["after"]) for c in p["changes"]], p["tags"], p["recorded_at"][10], p["recorded_at"][-1]) for p in r["pushes"]])'
  [('videos', 4, [('report/all', 'changed', False), ('video/crop', 'redefined', True), ('video/loudness', 'changed', False), ('video/raw', 'changed', False)], {}, 'T', 'Z')]
  $ mx history video/raw
  Version                    First pushed (UTC)   Project version  Fields changed     Tags
  970322493069...            ????-??-?? ??:??:??  7f40b0307012...  ~ audio            - (glob)
  b7e77421f93e... (current)  ????-??-?? ??:??:??  a13d9caf5cad...  + audio, + frames  by=me, commit=one (glob)
  
  Total: 2 versions
  $ mx history video/raw --limit 1
  Version          First pushed (UTC)   Project version  Fields changed  Tags
  970322493069...  ????-??-?? ??:??:??  7f40b0307012...  ~ audio         - (glob)
  
  Total: 1 version

Features that are defined no more are known all the same, others are not.

  $ mx history extra
  Version          First pushed (UTC)   Project version  Fields changed  Tags
  bf71d9067e51...  ????-??-?? ??:??:??  7f40b0307012...  + default       - (glob)
  
  Total: 1 version
  $ mx history none
  ! error: feature none was never pushed to this store
  ! hint: record the definitions of its project with `mx push`
  [1]
  $ mx --project other history
  ! nothing was pushed yet
  $ mx --all-projects history --limit 1 --format json | python3 -c 'import json, sys; print(len(json.load(sys.stdin)["pushes"]))'
  1
  $ mx history --limit x
  ! error: --limit: `x` is no whole number
  ! hint: see `mx history --help`
  [2]
