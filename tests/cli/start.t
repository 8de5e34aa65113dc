Beginning a project, and what can be done without a store.

  $ mx --version
  0.2.0

  $ mx init videos
  ! wrote `videos/metaxy.toml` and `videos/features/example.toml`
  ! next: mx lint, mx list features, mx graph render
  $ cd videos && mx lint
  ! 2 features, 0 warnings
  $ cd videos && mx list features
  project videos
  Feature         Version          Source
  video/raw       b7e77421f93e...  features/example.toml:3:11
  video/loudness  0cf44c8c47c0...  features/example.toml:12:11
  
  Total: 2 feature(s) (1 root, 1 dependent)
  $ cd videos && mx list stores --format json
  {
    "default_store": "dev",
    "store_count": 1,
    "stores": [
      {
        "name": "dev",
        "is_default": true,
        "info": "duckdb($TMP/videos/metaxy.duckdb)",
        "fallbacks": []
      }
    ]
  }
  $ cd videos && mx config print
  project = "videos"
  store = "dev"
  features = ["features/*.toml"]
  
  [stores.dev]
  type = "duckdb"
  
  [stores.dev.config]
  database = "metaxy.duckdb"

Nothing is overwritten.

  $ mx init videos
  ! error: `videos/metaxy.toml` exists already; nothing was changed
  ! hint: choose another folder: mx init DIR
  [1]
  $ mkdir -p other/features && touch other/features/example.toml && mx init other; ls other
  features
  ! error: `other/features/example.toml` exists already; nothing was changed
  ! hint: choose another folder: mx init DIR

A project gets a possible name from any folder, or is told one.

  $ mx init -q "a b__c" && grep ^project "a b__c/metaxy.toml"
  project = "a-b--c"
  $ mx init -q named --project prod && grep ^project named/metaxy.toml
  project = "prod"
  $ mx init -q bad --project a/b; ls bad 2>/dev/null
  ! error: project name `a/b`: cannot contain forward slashes (`/`)
  ! hint: choose another: mx init --project NAME
  [2]
