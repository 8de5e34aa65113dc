Features that wait for others have nothing to do, and are not in sync either.

  $ cp -r $FIXTURES/videos/. . && mx -q write video/raw raw.jsonl
  $ mx -q resolve video/loudness -o todo.parquet && mx -q write video/loudness todo.parquet
  $ sed -i 's/audio = "1"/audio = "2"/' features/videos.toml
  $ mx status video/raw video/loudness
  Status     Feature         Stored  New  Stale  Orphaned  Waiting  Done
  … waiting  video/raw            3    -      -         -        3     -
  … waiting  video/loudness       3    0      0         0        3     -
  $ mx status video/loudness --exit-code -q > /dev/null
  [3]
  $ mx status video/loudness --assert-in-sync -q > /dev/null
  [1]
  $ mx status video/raw video/loudness --format json
  {"warning":null,"project_version":"46351cb62689c9ae89e185008d1a9f66","features":{"video/raw":{"feature_key":"video/raw","status":"waiting","needs_update":false,"metadata_exists":true,"store_rows":3,"up_to_date":null,"missing":null,"stale":null,"orphaned":null,"waiting":3,"target_version":"9703224930691344e2db3fc6ee61c02d","is_root_feature":true,"missing_upstreams":[],"progress_percentage":null,"error_message":null},"video/loudness":{"feature_key":"video/loudness","status":"waiting","needs_update":false,"metadata_exists":true,"store_rows":3,"up_to_date":0,"missing":0,"stale":0,"orphaned":0,"waiting":3,"target_version":"a870ff6d322e35feb5971c9b4619772a","is_root_feature":false,"missing_upstreams":[],"progress_percentage":null,"error_message":null}},"needs_update":false,"warnings":null}
  $ mx resolve video/loudness
  metaxy_increment  id  size  metaxy_provenance_by_field  metaxy_provenance  metaxy_data_version_by_field  metaxy_data_version  metaxy_previous
  ! video/loudness: 0 new, 0 stale, 0 orphaned, 3 waiting for an upstream
  $ mx resolve video/loudness --only new --exit-code
  metaxy_increment  id  size  metaxy_provenance_by_field  metaxy_provenance  metaxy_data_version_by_field  metaxy_data_version  metaxy_previous
  ! video/loudness: 0 new
  $ mx explain video/loudness a | head -2
  video/loudness  id=a  waiting
    an upstream has not yet been brought to the current version
  $ mx explain video/raw a | head -2
  video/raw  id=a  waiting
    the record is of another version of this root feature: its users are to write it again
  $ mx -q write video/raw raw.jsonl && mx status video/raw video/loudness
  Status          Feature         Stored  New  Stale  Orphaned  Waiting  Done
  ○ root          video/raw            3    -      -         -        -     -
  ⚠ needs update  video/loudness       3    0      3         0        0    0%
