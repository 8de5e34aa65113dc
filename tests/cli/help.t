Help: of the program, of a group, of a command; docs/cli.md is made from it.

  $ mx
  metaxy finds out which samples must be computed, or computed again, and why.
  
  Usage: mx COMMAND [OPTIONS]
  
  Commands:
    init              Begin a project: a configuration and an example of features
    lint              Check configuration and features without a store
    ingest            Make the files of a folder samples of a feature
    list features     List features and their versions
    list stores       List the configured stores
    graph render      Draw the feature graph
    status            Count what must be computed, again, or dropped, by feature
    resolve           Find the samples of a feature that must be computed, again, or dropped
    write             Store results of a feature
    read              Read the records of a feature
    delete            Delete samples of a feature
    drop              Drop all that is stored of a feature
    rebase            Bring records of an old feature version over to the current one
    copy              Copy records from one store to another
    explain           Tell why a sample is or is not to be computed again
    push              Record the project's definitions in a store
    history           Show what was pushed to a store, and when
    lock              Keep the definitions of other projects' features in a file
    store preview-sql Show the statements that set a store up
    store maintain    Merge files, forget old snapshots, make statistics anew
    config print      Show the configuration in force
    help              Explain a command
  
  `mx COMMAND --help` explains a command and shows examples; `mx --version` prints the version.
  Exit codes: 0 done, 1 failed, 2 wrong usage, 3 work is pending (where asked for), 130 interrupted.
  $ mx --help | head -3
  metaxy finds out which samples must be computed, or computed again, and why.
  
  Usage: mx COMMAND [OPTIONS]
  $ mx list --help
  Usage: mx list COMMAND [OPTIONS]
  
  Commands:
    list features     List features and their versions
    list stores       List the configured stores
  $ mx help list features
  List features and their versions.
  
  Features of the current project, upstreams first. No store is opened.
  
  Usage: mx list features [OPTIONS]
  
  Options:
    -f,--format plain|json          How to print (default: plain)
    -v,--verbose                    Also fields and what they depend on
  
  Global options:
    --config-file FILE              Configuration to use instead of the metaxy.toml found upwards
    --project NAME                  Project whose features are meant
    --all-projects                  Features of every project
    -q,--quiet                      Print data and errors only
    --no-color                      No colours (also: NO_COLOR=1)
    -h,--help                       Print this help
  
  Examples:
    mx list features
    mx list features -v
    mx list features --format json | jq -r '.features[].key'
  $ mx list features -h | head -1
  List features and their versions.
  $ mx help --markdown | diff - $FIXTURES/../../../docs/cli.md

Every command shows examples, and its help knows the options in them.

  $ cat > examples.py <<'END'
  > import re, shlex, subprocess
  > run = lambda *words: subprocess.run(["mx", "help", *words], capture_output=True, text=True, check=True).stdout
  > commands = [line[2:20].strip() for line in run().split("Commands:")[1].split("\n\n")[0].splitlines() if line.strip()]
  > count = 0
  > for command in commands:
  >     text, _, examples = run(*command.split()).partition("Examples:")
  >     own = [part.strip() for part in re.split(r"[|\n]", examples) if part.strip().startswith("mx " + command)]
  >     assert own, f"no example of {command}"
  >     for example in own:
  >         count += 1
  >         for word in shlex.split(example, comments=True):
  >             name = re.match(r"--?[a-z-]+", word)
  >             assert not name or re.search(rf"(^|[\s,]){name[0]}([\s,]|$)", text, re.M), f"{example}: {word}"
  > assert count > 30, count
  > END
  $ python3 examples.py

The reference's names of two commands.

  $ cp -r $FIXTURES/videos/. . && mx -q write video/raw raw.jsonl
  $ mx metadata status video/raw --format json
  {"warning":null,"project_version":"a13d9caf5cadf9f73e9dc7e286750dbe","features":{"video/raw":{"feature_key":"video/raw","status":"root_feature","needs_update":false,"metadata_exists":true,"store_rows":3,"up_to_date":null,"missing":null,"stale":null,"orphaned":null,"waiting":null,"target_version":"b7e77421f93e56617ae93d6822bdc310","is_root_feature":true,"missing_upstreams":[],"progress_percentage":null,"error_message":null}},"needs_update":false,"warnings":null}
  $ mx metadata delete video/raw --filter "id = 'a'" --dry-run
  ! video/raw: 1 sample would be marked as deleted
  $ mx metadata stats
  ! error: `stats` is no command of `mx metadata`
  ! hint: see `mx --help`
  [2]
