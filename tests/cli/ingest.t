Files of a folder become samples.

  $ cp -r $FIXTURES/videos/. . && mkdir -p media/sub
  $ echo one > media/a.txt; echo two > media/sub/b.txt; echo three > media/c.log
  $ cat > features/files.toml <<'END'
  > [features."files/raw"]
  > id_columns = ["path"]
  > [features."files/words"]
  > id_columns = ["path"]
  > deps = ["files/raw"]
  > END
  $ mx ingest media files/raw --include "*.txt"
  ! field default is versioned by: whole file
  ! files/raw: 2 added, 0 changed, 0 unchanged
  $ mx read files/raw -c path,size --format csv | sort
  a.txt,4
  path,size
  sub/b.txt,4
  $ mx ingest media files/raw --format json
  {"feature":"files/raw","added":1,"changed":0,"touched":0,"unchanged":2,"vanished":[],"pruned":null,"unreadable":[],"fields":{"default":"whole file"}}
  $ mx resolve files/words -q -o todo.arrow && mx write -q files/words todo.arrow
  $ mx status files/raw files/words
  Status        Feature      Stored  New  Stale  Orphaned  Waiting  Done
  ○ root        files/raw         3    -      -         -        -     -
  ✓ up to date  files/words       3    0      0         0        0  100%

A changed, a removed and an unreadable file.

  $ echo changed > media/a.txt; rm media/c.log; ln -s nowhere media/broken
  $ mx ingest media files/raw --prune
  ! field default is versioned by: whole file
  ! vanished: c.log
  ! unreadable: broken: a link to something that does not exist
  ! files/raw: 0 added, 1 changed, 1 unchanged, 1 vanished and deleted, 1 unreadable
  [1]
  $ mx resolve files/words --format csv | cut -d, -f1,2 | sort
  metaxy_increment,path
  orphaned,c.log
  stale,a.txt
  ! files/words: 0 new, 1 stale, 1 orphaned

Wrong use.

  $ mx ingest nothing files/raw
  ! error: folder `nothing` does not exist
  [1]
  $ mx ingest media files/words
  ! error: feature `files/words` cannot hold the files of a folder
  !   feature files/words: depends on files/raw: files can only be samples of a feature without dependencies (declare a feature for the files and let this one depend on it)
  [1]
  $ mx ingest media files/rw
  ! error: there is no feature files/rw
  ! hint: did you mean `files/raw`?
  [1]
  $ mx ingest media
  ! error: `mx ingest` needs FEATURE
  ! hint: see `mx ingest --help`
  [2]
