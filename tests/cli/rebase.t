Records of an old version under the current one.

  $ cp -r $FIXTURES/videos/. . && mx -q write video/raw raw.jsonl
  $ mx -q resolve video/loudness -o todo.parquet && mx -q write video/loudness todo.parquet
  $ mx read video/loudness -c metaxy_feature_version --format csv --limit 1 -q | tail -1 | tee old
  0cf44c8c47c07b4bfd5d99e2df4fd363
  $ sed -i '0,/^code_version = "1"/s//code_version = "2"/' features/videos.toml; grep -B1 'code_version = "2"' features/videos.toml
  [features."video/loudness".fields.loudness]
  code_version = "2"
  $ mx read video/loudness --feature-history -c id,metaxy_feature_version --format csv | sort
  a,0cf44c8c47c07b4bfd5d99e2df4fd363
  b,0cf44c8c47c07b4bfd5d99e2df4fd363
  c,0cf44c8c47c07b4bfd5d99e2df4fd363
  id,metaxy_feature_version
  $ mx resolve video/loudness --format csv | cut -d, -f1,2 | sort
  metaxy_increment,id
  stale,a
  stale,b
  stale,c
  ! video/loudness: 0 new, 3 stale, 0 orphaned
  $ mx rebase video/loudness --from $(cat old) --dry-run
  ! video/loudness: 3 samples would be rebased from 0cf44c8c47c07b4bfd5d99e2df4fd363 to 16a758383131a84248c884cbfdf9d805
  $ echo '{"id": "a", "size": 11, "metaxy_provenance_by_field": {"audio": "a1b", "frames": "f1"}}' > changed.jsonl
  $ mx -q write video/raw changed.jsonl; mx -q delete video/loudness --filter "id = 'b'"
  $ mx rebase video/loudness --from $(cat old)
  ! video/loudness: 1 sample rebased from 0cf44c8c47c07b4bfd5d99e2df4fd363 to 16a758383131a84248c884cbfdf9d805
  !   1 sample deleted before, and still
  !   1 sample left: what they are made from, or how, has changed
  $ mx resolve video/loudness --format csv | cut -d, -f1,2 | sort
  metaxy_increment,id
  new,b
  stale,a
  ! video/loudness: 1 new, 1 stale, 0 orphaned
  $ mx rebase video/loudness --from $(cat old) --unverified --format json
  {"feature":"video/loudness","from":"0cf44c8c47c07b4bfd5d99e2df4fd363","to":"16a758383131a84248c884cbfdf9d805","dry_run":false,"rebased":1,"deleted":0,"changed":0,"waiting":0,"orphaned":0}
  $ mx rebase video/loudness --from $(cat old) --format json
  {"feature":"video/loudness","from":"0cf44c8c47c07b4bfd5d99e2df4fd363","to":"16a758383131a84248c884cbfdf9d805","dry_run":false,"rebased":0,"deleted":0,"changed":0,"waiting":0,"orphaned":0}

What is refused.

  $ mx rebase video/loudness
  ! error: `mx rebase` needs --from
  ! hint: name the version whose records are meant
  [2]
  $ mx rebase video/loudness --from 0123
  ! error: feature video/loudness has no records of version `0123`
  !   while rebasing video/loudness
  ! hint: it has records of: 0cf44c8c47c07b4bfd5d99e2df4fd363, 16a758383131a84248c884cbfdf9d805
  [1]
  $ mx rebase video/loudness --from $(mx read video/loudness -c metaxy_feature_version --format csv --limit 1 -q | tail -1)
  ! error: version `16a758383131a84248c884cbfdf9d805` of video/loudness would be rebased to itself
  !   while rebasing video/loudness
  ! hint: name an older version: see metaxy_feature_version of its feature history
  [1]
  $ mx rebase video/loudness --from $(cat old) --to 0123
  ! error: the store knows no version `0123` of feature video/loudness
  !   while rebasing video/loudness
  ! hint: the current one is 16a758383131a84248c884cbfdf9d805
  [1]
  $ printf '\n[features."video/loudness".fields.peak]\n' >> features/videos.toml; mx rebase video/loudness --from $(cat old)
  ! error: records of version `0cf44c8c47c07b4bfd5d99e2df4fd363` hold no value for field peak, which is new since
  !   while rebasing video/loudness
  ! hint: compute the samples again: resolve the feature and write what it asks for
  [1]
  $ mx rebase video/crop --from 0123
  ! error: nothing has been written for video/crop
  !   while rebasing video/crop
  ! hint: there is nothing to rebase
  [1]
