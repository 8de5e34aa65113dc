Records from one store to another.

  $ cp -r $FIXTURES/videos/. . && mx -q write video/raw raw.jsonl
  $ printf '\n[stores.other]\ntype = "duckdb"\n[stores.other.config]\ndatabase = "other.duckdb"\n[stores.pieces]\ntype = "duckdb"\n[stores.pieces.config]\ndatabase = "pieces.duckdb"\n[stores.same]\ntype = "duckdb"\n[stores.same.config]\ndatabase = "metaxy.duckdb"\n[stores.md5]\ntype = "duckdb"\n[stores.md5.config]\ndatabase = "md5.duckdb"\nhash_algorithm = "md5"\n' >> metaxy.toml
  $ mx -q resolve video/loudness -o todo.parquet && mx -q write video/loudness todo.parquet
  $ mx -q delete video/raw --filter "id = 'c'"
  $ mx copy video/raw --from dev --to other --filter "id <> 'b'"
  ! video/raw: 2 records copied
  $ mx copy --all-features --from dev --to other
  ! video/raw: 1 record copied
  ! video/loudness: 3 records copied
  $ mx copy --all-features --from dev --to other --with-sample-history --format json
  {"from":"dev","to":"other","records":1,"features":{"video/raw":{"records":1},"video/loudness":{"records":0}}}
  $ mx copy --all-features --from dev --to other --format json
  {"from":"dev","to":"other","records":0,"features":{"video/raw":{"records":0},"video/loudness":{"records":0}}}
  $ for store in dev other; do mx read video/raw --store $store --history --feature-history --deleted --format csv | sort | md5sum; done | uniq | wc -l
  1
  $ for store in dev other; do mx resolve video/loudness --store $store -q --format csv | cut -d, -f1,2; done
  metaxy_increment,id
  orphaned,c
  metaxy_increment,id
  orphaned,c
  $ mx copy video/loudness --from other --to dev --feature-filter "video/loudness=id = 'a'"
  ! video/loudness: 0 records copied
  $ mx copy --all-features --from dev --to pieces --records-per-commit 1 --format json
  {"from":"dev","to":"pieces","records":6,"features":{"video/raw":{"records":3},"video/loudness":{"records":3}}}
  $ mx copy --all-features --from dev --to pieces --format json
  {"from":"dev","to":"pieces","records":0,"features":{"video/raw":{"records":0},"video/loudness":{"records":0}}}

What is refused.

  $ mx copy video/raw --from dev
  ! error: `mx copy` needs --from and --to
  ! hint: name two configured stores
  [2]
  $ mx copy video/raw --from dev --to other --records-per-commit 0
  ! error: --records-per-commit is 0
  ! hint: leave it out to copy everything in one commit
  [2]
  $ mx copy --from dev --to other
  ! error: no feature is named
  ! hint: name features, or add --all-features
  [2]
  $ mx copy video/raw --all-features --from dev --to other
  ! error: --all-features and features exclude each other
  [2]
  $ mx copy video/raw --from dev --to dev
  ! error: --from and --to are the same store
  ! hint: name two stores
  [2]
  $ mx copy video/raw --from dev --to same
  ! error: --from and --to are the same store
  ! hint: name two stores
  [2]
  $ mx copy video/raw --from dev --to otter
  ! error: there is no store `otter`
  ! hint: did you mean `other`?
  [1]
  $ mx copy video/row --from dev --to other
  ! error: there is no feature video/row
  ! hint: did you mean `video/raw`?
  [1]
  $ mx copy video/crop --from dev --to other
  ! error: nothing has been written for video/crop in the source
  !   while copying video/crop
  ! hint: there is nothing to copy
  [1]
  $ mx copy video/raw --from dev --to md5
  ! error: the stores have other hash settings: the source hash format 1, sha256, 32 characters, the destination hash format 1, md5, 32 characters
  !   while copying video/raw
  ! hint: digests of different settings cannot be compared: copy to a store of the source's settings
  [1]
  $ mx copy video/raw --from dev --to other --filter "sice = 1"
  ! error: a filter on video/raw names column `sice`, which does not exist there
  !   while copying video/raw
  ! hint: did you mean `size`?
  [1]
  $ mx copy video/raw --from dev --to other --feature-filter "size = 1"
  ! error: --feature-filter `size = 1`: there is no feature size
  ! hint: write KEY=COND, for example --feature-filter "video/raw=size > 1000"
  [2]
  $ mx copy video/raw --from dev --to other --feature-filter "video/loudness=id = 'a'"
  ! error: a filter is given for video/loudness, which is not copied
  !   while copying video/raw
  [1]
  $ ls *.duckdb*
  metaxy.duckdb
  metaxy.duckdb.lock
  other.duckdb
  other.duckdb.lock
  pieces.duckdb
  pieces.duckdb.lock
