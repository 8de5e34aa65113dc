Wrong usage: exit code 2, what is wrong, what would be right.

  $ mx reed
  ! error: `reed` is no command
  ! hint: did you mean `read`?
  [2]
  $ mx list
  Usage: mx list COMMAND [OPTIONS]
  
  Commands:
    list features     List features and their versions
    list stores       List the configured stores
  $ mx list feature
  ! error: there is no metaxy.toml here or in any folder above
  ! hint: begin a project with `mx init`, or name a configuration with --config-file
  [1]
  $ mx list featurs
  ! error: `featurs` is no command of `mx list`
  ! hint: did you mean `features`?
  [2]
  $ mx --verson
  ! error: `mx` has no option `--verson` before a command
  ! hint: see `mx --help`
  [2]
  $ mx read
  ! error: `mx read` needs FEATURE
  ! hint: see `mx read --help`
  [2]
  $ mx read video/raw --colums id
  ! error: `mx read` has no option `--colums`
  ! hint: did you mean `--columns`?
  [2]
  $ mx read video/raw more
  ! error: `mx read` does not know what to do with `more`
  ! hint: see `mx read --help`
  [2]
  $ mx read video/raw --limit many
  ! error: --limit: `many` is no whole number
  ! hint: see `mx read --help`
  [2]
  $ mx read video/raw --format tabel
  ! error: --format: `tabel` is none of table, jsonl, json, csv, parquet, arrow
  ! hint: see `mx read --help`
  [2]
  $ mx graph render --up 1
  ! error: --up and --down need --feature
  [2]
  $ mx graph render --minimal --verbose
  ! error: --minimal and --verbose exclude each other
  [2]
  $ mx graph render -o picture.jpg
  ! error: the ending of `picture.jpg` tells no format
  ! hint: add --format, or end it in .svg, .png, .mmd, .dot or .txt
  [2]
  $ mx delete video/raw
  ! error: without a --filter every sample would be deleted
  ! hint: add --filter COND, or --all if that is meant
  [2]
  $ mx delete video/raw --all
  ! error: deleting every sample must be confirmed
  ! hint: add --yes, or look first with --dry-run
  [2]
  $ mx delete video/raw --hard --soft --all
  ! error: --hard and --soft exclude each other
  [2]
  $ mx write video/raw -
  ! error: the format of standard input is not known
  ! hint: add --format
  [2]
  $ mx help reed
  ! error: `reed` is no command
  ! hint: did you mean `read`?
  [2]
  $ mx help list stors
  ! error: `stors` is no command of `mx list`
  ! hint: did you mean `stores`?
  [2]

The same as JSON.

  $ mx read video/raw --colums id --format json
  {"error":"invalid_argument","message":"`mx read` has no option `--colums`","hint":"did you mean `--columns`?","notes":[],"faults":[]}
  [2]

Global options may stand before the command; a command's name may be an argument.

  $ cp -r $FIXTURES/videos/. .
  $ mx --config-file metaxy.toml list features | tail -1
  Total: 4 feature(s) (1 root, 3 dependent)
  $ mx --project videos list features --format json | head -2
  {
    "feature_count": 4,
  $ mx list features --project vidoes
  ! error: no feature belongs to project `vidoes`
  ! hint: did you mean `videos`?
  [1]
  $ mx read list
  ! error: there is no feature list
  [1]
