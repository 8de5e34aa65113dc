The main job: root samples in, increments out, results in, nothing left to do.

  $ cp -r $FIXTURES/videos/. .
  $ mx status
  Status     Feature         Stored  New  Stale  Orphaned  Waiting  Done
  ✗ missing  video/raw            0    -      -         -        -     -
  ✗ missing  video/crop           0    -      -         -        -     -
  ✗ missing  video/loudness       0    -      -         -        -     -
  ✗ missing  report/all           0    -      -         -        -     -
  ! nothing is stored yet: the database file $TMP/metaxy.duckdb does not exist
  $ mx write video/raw raw.jsonl
  ! wrote 3 records of video/raw
  $ mx status
  Status     Feature         Stored  New  Stale  Orphaned  Waiting  Done
  ○ root     video/raw            3    -      -         -        -     -
  ✗ missing  video/crop           0    3      0         0        0    0%
  ✗ missing  video/loudness       0    3      0         0        0    0%
  ✗ missing  report/all           0    -      -         -        -     -
  $ mx resolve video/loudness
  metaxy_increment  id  size  metaxy_provenance_by_field                       metaxy_provenance                 metaxy_data_version_by_field                     metaxy_data_version               metaxy_previous
  new               a   10    {"loudness":"9d2d47a3560e55d15da33d5b7e1cd37e"}  9d2d47a3560e55d15da33d5b7e1cd37e  {"loudness":"9d2d47a3560e55d15da33d5b7e1cd37e"}  9d2d47a3560e55d15da33d5b7e1cd37e
  new               b   20    {"loudness":"724de490ca98c55b501a4d1ec32ef8ba"}  724de490ca98c55b501a4d1ec32ef8ba  {"loudness":"724de490ca98c55b501a4d1ec32ef8ba"}  724de490ca98c55b501a4d1ec32ef8ba
  new               c   30    {"loudness":"a7035add5671c6a2adcee5565d1fc0f5"}  a7035add5671c6a2adcee5565d1fc0f5  {"loudness":"a7035add5671c6a2adcee5565d1fc0f5"}  a7035add5671c6a2adcee5565d1fc0f5
  ! video/loudness: 3 new, 0 stale, 0 orphaned
  $ mx resolve video/loudness -o todo.jsonl
  ! video/loudness: 3 new, 0 stale, 0 orphaned
  $ mx write video/loudness todo.jsonl --json
  {"feature":"video/loudness","rows":3,"retired":0,"childless":0,"table_created":true}
  $ mx resolve video/loudness
  metaxy_increment  id  size  metaxy_provenance_by_field  metaxy_provenance  metaxy_data_version_by_field  metaxy_data_version  metaxy_previous
  ! video/loudness: 0 new, 0 stale, 0 orphaned
  $ mx resolve video/crop -f csv | mx write video/crop - -f csv
  ! video/crop: 3 new, 0 stale, 0 orphaned
  ! wrote 3 records of video/crop
  $ mx resolve report/all --format parquet | mx write report/all - --format parquet
  ! report/all: 3 new, 0 stale, 0 orphaned
  ! wrote 3 records of report/all
  $ mx status
  Status        Feature         Stored  New  Stale  Orphaned  Waiting  Done
  ○ root        video/raw            3    -      -         -        -     -
  ✓ up to date  video/crop           3    0      0         0        0  100%
  ✓ up to date  video/loudness       3    0      0         0        0  100%
  ✓ up to date  report/all           3    0      0         0        0  100%
  $ mx status --exit-code --quiet > /dev/null
