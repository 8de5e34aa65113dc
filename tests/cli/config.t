The configuration in force.

  $ cp -r $FIXTURES/videos/. .
  $ mx config print --format json
  {
    "project": "videos",
    "store": "dev",
    "stores": {
      "dev": {
        "type": "duckdb",
        "config": {
          "database": "metaxy.duckdb"
        }
      }
    },
    "features": [
      "features/*.toml"
    ],
    "hash_format": null,
    "hash_truncation_length": null,
    "compat": null,
    "auto_create_tables": null,
    "entrypoints": null,
    "theme": null,
    "ext": null,
    "enable_map_datatype": null,
    "locked": null,
    "sync": null,
    "extra_features": null,
    "metaxy_lock_path": null
  }
  $ METAXY_STORE=prod mx config print | head -3
  project = "videos"
  store = "prod"
  features = ["features/*.toml"]
  $ METAXY_STORES__PROD__TYPE=duckdb METAXY_STORES__PROD__CONFIG__DATABASE=prod.duckdb mx list stores --format json
  {
    "default_store": "dev",
    "store_count": 2,
    "stores": [
      {
        "name": "dev",
        "is_default": true,
        "info": "duckdb($TMP/metaxy.duckdb)",
        "fallbacks": []
      },
      {
        "name": "prod",
        "is_default": false,
        "info": "duckdb($TMP/prod.duckdb)",
        "fallbacks": []
      }
    ]
  }

Secrets are masked.

  $ cat >> metaxy.toml <<'END'
  > password = "hunter2"
  > uri = "postgres://me:hunter2@host/db"
  > END
  $ mx config print | tail -4
  [stores.dev.config]
  database = "metaxy.duckdb"
  password = "***"
  uri = "postgres://***:***@host/db"
