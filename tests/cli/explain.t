Why a sample is or is not to be computed again.

  $ cp -r $FIXTURES/videos/. . && mx -q write video/raw raw.jsonl
  $ mx explain video/loudness a
  video/loudness  id=a  new
    upstream records exist and the sample has no record
    feature version      0cf44c8c47c07b4bfd5d99e2df4fd363
    provenance expected  9d2d47a3560e55d15da33d5b7e1cd37e
  
  field loudness
    there is no record of this sample yet
    code version         1
    provenance expected  9d2d47a3560e55d15da33d5b7e1cd37e
    pre-image  metaxy-preimage/1 field-provenance;
         8  loudness
         1  1
         9  video/raw
         5  audio
         2  a1
    reads video/raw.audio  a1
  
  upstream video/raw
    feature version  b7e77421f93e56617ae93d6822bdc310
    id = a
    size = 10
    metaxy_data_version_by_field = {"audio":"a1","frames":"f1"}
    metaxy_updated_at = * (glob)
  $ mx -q resolve video/loudness -o todo.parquet && mx -q write video/loudness todo.parquet
  $ echo '{"id": "a", "size": 11, "metaxy_provenance_by_field": {"audio": "a1b", "frames": "f1"}}' > changed.jsonl
  $ mx -q write video/raw changed.jsonl
  $ mx explain video/loudness id=a
  video/loudness  id=a  stale
    these fields must be recomputed: loudness
    feature version      0cf44c8c47c07b4bfd5d99e2df4fd363
    provenance stored    9d2d47a3560e55d15da33d5b7e1cd37e
    provenance expected  537812d335a66414bd91670641d9e47a
  
  field loudness  stale
    the data version of a field it reads changed since the record was written
    code version         1
    data version         9d2d47a3560e55d15da33d5b7e1cd37e
    provenance stored    9d2d47a3560e55d15da33d5b7e1cd37e
    provenance expected  537812d335a66414bd91670641d9e47a
    pre-image  metaxy-preimage/1 field-provenance;
         8  loudness
         1  1
         9  video/raw
         5  audio
         3  a1b
    reads video/raw.audio  a1b
  
  upstream video/raw
    feature version  b7e77421f93e56617ae93d6822bdc310
    id = a
    size = 11
    metaxy_data_version_by_field = {"audio":"a1b","frames":"f1"}
    metaxy_updated_at = * (glob)
  $ mx explain video/loudness b | head -2
  video/loudness  id=b  up to date
    the record was made from what its upstreams have now
  $ mx explain video/loudness b --stale-if "id = 'b'" | sed -n '1,2p;7,8p'
  video/loudness  id=b  stale
    these fields must be recomputed: loudness
  field loudness  stale
    a staleness predicate holds for the record; its code version and the data versions it reads are those that the record was made from
  $ mx explain video/loudness b --stale-if "id = 'a'" | head -2
  video/loudness  id=b  up to date
    the record was made from what its upstreams have now
  $ mx explain video/loudness nobody --stale-if "id = 'a'" | head -1
  video/loudness  id=nobody  unknown
  $ mx explain video/loudness b --stale-if "idd = 'b'"
  ! error: a staleness predicate on video/loudness names column `idd`, which does not exist there
  !   while explaining video/loudness
  ! hint: did you mean `id`?
  [1]
  $ mx explain video/loudness --stale-if "id = 'b'" --sql | grep -c "'b'"
  2
  $ mx explain video/loudness nobody | head -2
  video/loudness  id=nobody  unknown
    neither the feature nor its upstreams have such a sample, or filters leave it out
  $ mx explain video/raw b | head -2
  video/raw  id=b  up to date
    records of a root feature are written by its users and are never stale
  $ mx explain video/loudness b --format json | python3 -c 'import json, sys; e = json.load(sys.stdin); print(e["state"], e["fields"][0]["preimage"]["items"])'
  up_to_date ['loudness', '1', 'video/raw', 'audio', 'a2']

A code version bump is another reason.

  $ python3 - <<'END'
  > import pathlib
  > file = pathlib.Path("features/videos.toml")
  > file.write_text(file.read_text().replace('code_version = "1"', 'code_version = "2"', 1))
  > END
  $ mx explain video/loudness b | head -9
  video/loudness  id=b  stale
    these fields must be recomputed: loudness
    feature version      16a758383131a84248c884cbfdf9d805
    stored under         0cf44c8c47c07b4bfd5d99e2df4fd363
    provenance stored    724de490ca98c55b501a4d1ec32ef8ba
    provenance expected  fe32c5ac46502114551c072c7a8eece9
  
  field loudness  stale
    the field's definition or that of a field it reads changed since the record was written
  $ mx resolve video/loudness --format json | python3 -c 'import json, sys; print(json.load(sys.stdin)["counts"])'
  {'new': 0, 'stale': 3, 'orphaned': 0}
  ! video/loudness: 0 new, 3 stale, 0 orphaned

Several and wrong id values.

  $ mx explain video/loudness
  ! error: id column `id` has no value
  ! hint: give one value each for: id
  [2]
  $ mx explain video/loudness a b
  ! error: 2 values for 1 id column
  ! hint: give one value each for: id
  [2]
  $ mx explain video/loudness id=a id=b
  ! error: id column `id` is given twice
  ! hint: give one value each for: id
  [2]
  $ mx explain video/lodness a
  ! error: there is no feature video/lodness
  ! hint: did you mean `video/loudness`?
  [1]
  $ mx explain video/loudness --sql | head -1 | cut -c1-40
  SELECT "__mx_state" AS "metaxy_increment
