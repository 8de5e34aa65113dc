What is done with a store as a whole.

  $ cp -r $FIXTURES/videos/. .
  $ mx write video/raw raw.jsonl
  ! wrote 3 records of video/raw
  $ mx store maintain --dry-run
  CHECKPOINT
  $ mx store maintain
  CHECKPOINT
  $ mx store maintain --format json
  {
    "dry_run": false,
    "statements": [
      "CHECKPOINT"
    ]
  }
  $ mx store preview-sql
  ! this store needs no statements to be set up
  $ mx read video/raw --columns id
  id
  a
  b
  c
  $ cat >> metaxy.toml <<END
  > [stores.lake]
  > type = "duckdb"
  > [stores.lake.ducklake.catalog]
  > type = "postgres"
  > secret_name = "the_catalog"
  > host = "db.example.org"
  > database = "lakes"
  > user = "me"
  > password = "hidden"
  > [stores.lake.ducklake.storage]
  > type = "s3"
  > secret_name = "the_files"
  > bucket = "frames"
  > key_id = "hidden too"
  > secret = "hidden as well"
  > region = "eu-central-1"
  > [stores.half]
  > type = "duckdb"
  > [stores.half.ducklake.catalog]
  > type = "postgres"
  > database = "lakes"
  > [stores.half.ducklake.storage]
  > type = "s3"
  > END
  $ mx store preview-sql --store lake
  CREATE OR REPLACE SECRET the_catalog ( TYPE postgres, DATABASE 'lakes', HOST 'db.example.org', PASSWORD '***', PORT 5432, USER 'me' );
  CREATE OR REPLACE SECRET the_files ( TYPE S3, KEY_ID 'hidden too', REGION 'eu-central-1', SECRET '***' );
  CREATE OR REPLACE SECRET metaxy_generated_lake_ducklake ( TYPE DUCKLAKE, METADATA_PATH '', METADATA_PARAMETERS MAP {'TYPE': 'postgres', 'SECRET': 'the_catalog'}, DATA_PATH 's3://frames/' );
  ATTACH IF NOT EXISTS 'ducklake:metaxy_generated_lake_ducklake' AS ducklake;
  USE ducklake;
  $ mx store preview-sql --store lake --format json
  {
    "statements": [
      "CREATE OR REPLACE SECRET the_catalog ( TYPE postgres, DATABASE 'lakes', HOST 'db.example.org', PASSWORD '***', PORT 5432, USER 'me' );",
      "CREATE OR REPLACE SECRET the_files ( TYPE S3, KEY_ID 'hidden too', REGION 'eu-central-1', SECRET '***' );",
      "CREATE OR REPLACE SECRET metaxy_generated_lake_ducklake ( TYPE DUCKLAKE, METADATA_PATH '', METADATA_PARAMETERS MAP {'TYPE': 'postgres', 'SECRET': 'the_catalog'}, DATA_PATH 's3://frames/' );",
      "ATTACH IF NOT EXISTS 'ducklake:metaxy_generated_lake_ducklake' AS ducklake;",
      "USE ducklake;"
    ]
  }
  $ mx store preview-sql --store half
  ! error: the options of a DuckDB store are wrong
  !   ducklake.catalog.secret_name: is missing
  !   ducklake.catalog: lacks credentials: host, user, password (give all of them, or none)
  !   ducklake.storage.secret_name: is missing
  !   ducklake.storage: needs data_path, bucket, or a scope that begins with s3://
  [1]
  $ mx store preview-sql --store nowhere
  ! error: there is no store `nowhere`
  ! hint: known stores are dev, half, lake
  [1]
  $ mx store maintain --keep-days 99999
  ! error: --keep-days must be at most 36500
  [2]
  $ mx store
  Usage: mx store COMMAND [OPTIONS]
  
  Commands:
    store preview-sql Show the statements that set a store up
    store maintain    Merge files, forget old snapshots, make statistics anew
