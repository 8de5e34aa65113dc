Deleting along the graph: what would go is told, feature by feature, and nothing else goes.

  $ cp -r $FIXTURES/videos/. . && mx -q write video/raw raw.jsonl
  $ mx -q resolve video/loudness -o todo.parquet && mx -q write video/loudness todo.parquet
  $ mx delete video/raw --cascade --filter "id = 'a'" --dry-run
  ! video/loudness: 1 sample would be marked as deleted
  ! video/raw: 1 sample would be marked as deleted
  ! 2 samples in all
  $ mx delete video/raw --cascade --filter "id = 'a'" --dry-run --format json
  {"mode":"soft","dry_run":true,"cascade":true,"features":{"video/loudness":{"samples":1},"video/raw":{"samples":1}}}
  $ mx read video/loudness -c id --format csv | sort | tr '\n' ' '
  a b c id 
  $ mx delete video/raw --cascade --filter "id = 'a'"
  ! video/loudness: 1 sample marked as deleted
  ! video/raw: 1 sample marked as deleted
  ! 2 samples in all
  $ mx read video/loudness -c id --format csv | sort | tr '\n' ' '
  b c id 
  $ mx status video/loudness
  Status        Feature         Stored  New  Stale  Orphaned  Waiting  Done
  ✓ up to date  video/loudness       2    0      0         0        0  100%
  $ mx read video/loudness -c id --deleted --format csv | sort | tr '\n' ' '
  a b c id 
  $ mx delete video/raw --cascade --filter "id = 'a'" --hard --format json
  {"mode":"hard","dry_run":false,"cascade":true,"features":{"video/loudness":{"samples":1},"video/raw":{"samples":1}}}
  $ mx read video/loudness -c id --deleted --history --format csv | sort | tr '\n' ' '
  b c id 

A record that is written later is live again.

  $ mx -q write video/raw raw.jsonl && mx read video/raw -c id --format csv | sort | tr '\n' ' '
  a b c id 

What is refused changes nothing.

  $ mx delete video/raw --cascade
  ! error: without a --filter every sample would be deleted
  ! hint: add --filter COND, or --all if that is meant
  [2]
  $ mx delete video/raw --cascade --all
  ! error: deleting every sample must be confirmed
  ! hint: add --yes, or look first with --dry-run
  [2]
  $ mx delete video/raw --cascade --filter "sice = 10"
  ! error: a filter on video/raw names column `sice`, which does not exist there
  !   while deleting from video/raw
  ! hint: did you mean `size`?
  [1]
  $ mx delete video/raw video/crop --cascade --filter "id = 'b'"
  ! error: nothing has been written for video/crop
  !   while deleting from video/raw, video/crop
  ! hint: there is nothing to delete
  [1]
  $ mx read video/raw -c id --format csv | sort | tr '\n' ' '
  a b c id 
  $ mx delete video/raw --cascade --all --yes
  ! video/loudness: 2 samples marked as deleted
  ! video/raw: 3 samples marked as deleted
  ! 5 samples in all
  $ mx read video/loudness -c id --format csv
  id

Dropping a feature.

  $ mx drop video/loudness
  ! error: dropping video/loudness must be confirmed
  ! hint: add --yes, or look first with --dry-run
  [2]
  $ mx drop video/loudness --dry-run
  ! video/loudness: 4 records would be dropped
  $ mx drop video/raw --yes -q; mx delete --all-features --all --yes
  ! video/loudness: 0 samples marked as deleted
