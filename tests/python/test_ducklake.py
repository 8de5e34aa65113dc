# SPDX-License-Identifier: Apache-2.0
"""DuckLakes: their settings, the statements that attach them, and stores that ask for one."""

from __future__ import annotations

import datetime
import hashlib
import pickle
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

import polars as pl
import pydantic
import pytest
from every_store import postgresql_uri

import metaxy as mx
from metaxy._warnings import MovedMetadataStoreWarning
from metaxy.ext.duckdb import (
    DuckDBCatalogConfig,
    DuckDBMetadataStore,
    DuckLakeAttachmentManager,
    DuckLakeConfig,
    ExtensionSpec,
    GCSStorageConfig,
    LocalStorageConfig,
    MotherDuckCatalogConfig,
    PostgresCatalogConfig,
    R2StorageConfig,
    S3StorageConfig,
    SQLiteCatalogConfig,
    build_secret_sql,
    format_attach_options,
)
from metaxy.metadata_store import MetadataStoreError
from metaxy.utils import collect_to_polars

FILE = DuckDBCatalogConfig(uri="m.db")
FOLDER = LocalStorageConfig(path="/data")


def statements(catalog: Any = FILE, storage: Any = FOLDER, name: str | None = None, **settings: Any) -> list[str]:
    lake = DuckLakeConfig(catalog=catalog, storage=storage, **settings)
    return DuckLakeAttachmentManager(lake, store_name=name).preview_sql()


def lake_secret(clause: str, data_path: str) -> list[str]:
    return [
        f"CREATE OR REPLACE SECRET metaxy_generated_ducklake ( TYPE DUCKLAKE, {clause}, DATA_PATH '{data_path}' );",
        "ATTACH IF NOT EXISTS 'ducklake:metaxy_generated_ducklake' AS ducklake;",
        "USE ducklake;",
    ]


def storage_secret(storage: Any) -> str | None:
    """The statement for a storage's secret, if there is one."""
    first = statements(storage=storage)[0]
    return None if "TYPE DUCKLAKE" in first else first


def test_options_are_formatted() -> None:
    options = {"api_version": "0.2", "override_data_path": True, "max_retries": 3, "skip": None, "Q": "it's", "f": 1.5}
    expected = " (Q 'it''s', API_VERSION '0.2', F 1.5, MAX_RETRIES 3, OVERRIDE_DATA_PATH true)"
    assert format_attach_options(options) == expected
    assert format_attach_options({}) == format_attach_options(None) == format_attach_options({"a": None}) == ""


def test_secrets_are_formatted() -> None:
    assert (
        build_secret_sql("n", "S3", {})
        == build_secret_sql("n", "S3", {"K": None})
        == ("CREATE OR REPLACE SECRET n ( TYPE S3 );")
    )
    assert build_secret_sql("n", "S3", {"b": "o'x", "A": 1, "d": False}, secret_storage="MOTHERDUCK") == (
        "CREATE OR REPLACE SECRET n IN MOTHERDUCK ( TYPE S3, A 1, b 'o''x', d false );"
    )
    assert build_secret_sql('a "b', "S3", {}) == 'CREATE OR REPLACE SECRET "a ""b" ( TYPE S3 );'


def test_catalogs_in_files(monkeypatch: pytest.MonkeyPatch) -> None:
    assert statements() == lake_secret("METADATA_PATH 'm.db'", "/data")
    catalog = SQLiteCatalogConfig.model_validate({"uri": Path("it's")})
    parameters = "METADATA_PARAMETERS MAP {'TYPE': 'sqlite', 'JOURNAL_MODE': 'WAL', 'BUSY_TIMEOUT': '60000'}"
    assert statements(catalog) == lake_secret(f"METADATA_PATH 'it''s', {parameters}", "/data")
    monkeypatch.setenv("METAXY_COMPAT", "0.1")
    assert statements(catalog) == lake_secret("METADATA_PATH 'it''s'", "/data")


def test_postgres_with_a_secret_of_its_own() -> None:
    clause = "METADATA_PATH '', METADATA_PARAMETERS MAP {'TYPE': 'postgres', 'SECRET': 'pg'}"
    assert statements(PostgresCatalogConfig(secret_name="pg")) == lake_secret(clause, "/data")
    made = PostgresCatalogConfig(
        secret_name="pg", host="h", database="d", user="u", password="p'w", secret_parameters={"sslmode": "require"}
    )
    assert statements(made) == [
        "CREATE OR REPLACE SECRET pg ( TYPE postgres, DATABASE 'd', HOST 'h', PASSWORD 'p''w', PORT 5432, "
        "SSLMODE 'require', USER 'u' );",
        *lake_secret(clause, "/data"),
    ]
    overridden = PostgresCatalogConfig(secret_name="pg", secret_parameters={"port": 1})
    assert statements(overridden)[0] == "CREATE OR REPLACE SECRET pg ( TYPE postgres, PORT 1 );"


@pytest.mark.parametrize(
    ("settings", "secret"),
    [
        ({}, None),
        ({"bucket": "b", "prefix": "p"}, None),
        ({"key_id": "k", "secret": "s"}, "KEY_ID 'k', SECRET 's'"),
        ({"key_id": "k", "region": "r"}, "REGION 'r'"),
        ({"endpoint": "https://e:1"}, "ENDPOINT 'e:1', USE_SSL true"),
        ({"endpoint": "http://e:1"}, "ENDPOINT 'e:1', USE_SSL false"),
        ({"endpoint": "http://e:1", "use_ssl": True}, "ENDPOINT 'e:1', USE_SSL true"),
        (
            {"endpoint": "e:1", "url_style": "path", "scope": "s3://b"},
            "ENDPOINT 'e:1', SCOPE 's3://b', URL_STYLE 'path'",
        ),
        ({"region": "r", "secret_parameters": {"region": "q", "token": None}}, "REGION 'q'"),
    ],
)
def test_s3_secrets(settings: dict[str, Any], secret: str | None) -> None:
    expected = None if secret is None else f"CREATE OR REPLACE SECRET s ( TYPE S3, {secret} );"
    assert storage_secret(S3StorageConfig(secret_name="s", data_path="s3://z/", **settings)) == expected


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"data_path": "s3://x"}, "s3://x"),
        ({"bucket": "b"}, "s3://b/"),
        ({"bucket": "b", "prefix": "/p/q/"}, "s3://b/p/q/"),
        ({"scope": "s3://b/x"}, "s3://b/x/"),
        ({"data_path": "s3://x", "bucket": "b"}, "s3://x"),
    ],
)
def test_s3_paths(settings: dict[str, Any], path: str) -> None:
    assert f"DATA_PATH '{path}'" in "".join(statements(storage=S3StorageConfig(secret_name="s", **settings)))


@pytest.mark.parametrize("settings", [{}, {"scope": "gs://b"}])
def test_s3_without_a_path_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="data_path"):
        statements(storage=S3StorageConfig(secret_name="s", **settings))


def test_other_object_stores() -> None:
    assert storage_secret(R2StorageConfig(secret_name="s", data_path="r2://z")) is None
    whole = R2StorageConfig(secret_name="s", data_path="r2://z", key_id="k", secret="x", account_id="a")
    assert storage_secret(whole) == "CREATE OR REPLACE SECRET s ( TYPE R2, ACCOUNT_ID 'a', KEY_ID 'k', SECRET 'x' );"
    assert storage_secret(GCSStorageConfig(secret_name="s", data_path="gs://z")) is None
    keys = GCSStorageConfig(secret_name="s", data_path="gs://z", key_id="k", secret="x")
    assert storage_secret(keys) == "CREATE OR REPLACE SECRET s ( TYPE GCS, KEY_ID 'k', SECRET 'x' );"


def test_motherduck() -> None:
    assert statements(MotherDuckCatalogConfig(database="md"), None) == ["USE md;"]
    storage = S3StorageConfig(secret_name="s", bucket="b", key_id="k", secret="x")
    assert statements(MotherDuckCatalogConfig(database="md", region="eu"), storage, alias="other") == [
        "SET s3_region='eu';",
        "CREATE DATABASE IF NOT EXISTS md (TYPE DUCKLAKE, DATA_PATH 's3://b/');",
        "CREATE OR REPLACE SECRET s IN MOTHERDUCK ( TYPE S3, KEY_ID 'k', SECRET 'x' );",
        "USE md;",
    ]


def test_aliases_and_options() -> None:
    settings = {
        "alias": " lake ",
        "attach_options": {"b": 1, "DATA_INLINING_ROW_LIMIT": 9},
        "data_inlining_row_limit": 0,
    }
    assert statements(name="prod", **settings)[1:] == [
        "ATTACH IF NOT EXISTS 'ducklake:metaxy_generated_prod_lake' AS lake (B 1, DATA_INLINING_ROW_LIMIT 0);",
        "USE lake;",
    ]
    assert statements(name="my store")[:2] == [
        "CREATE OR REPLACE SECRET metaxy_generated_my_store_ducklake ( TYPE DUCKLAKE, METADATA_PATH 'm.db', "
        "DATA_PATH '/data' );",
        "ATTACH IF NOT EXISTS 'ducklake:metaxy_generated_my_store_ducklake' AS ducklake;",
    ]
    assert statements(alias=None) == statements(alias="  ") == statements(attach_options=None) == statements()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"storage": None}, "storage is required"),
        ({"catalog": {"uri": "x"}}, "type"),
        ({"catalog": {"type": "oracle"}}, "oracle"),
        ({"storage": {"type": "tape"}}, "tape"),
        ({"catalog": {"type": "postgres"}}, "secret_name"),
        ({"catalog": {"type": "postgres", "secret_name": "s", "host": "h"}}, "database, user, password"),
        ({"storage": {"type": "r2", "secret_name": "s", "data_path": "x", "key_id": "k"}}, "account_id"),
        ({"data_inlining_row_limit": "many"}, "data_inlining_row_limit"),
        ({"spelling": 1}, "spelling"),
        ({"catalog": {"type": "duckdb", "uri": "x", "url": "y"}}, "url"),
    ],
)
def test_bad_settings_are_refused(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(pydantic.ValidationError, match=told):
        DuckLakeConfig(**{"catalog": FILE, "storage": FOLDER, **settings})


def test_options_that_are_no_mapping_are_refused() -> None:
    with pytest.raises(TypeError, match="list"):
        DuckLakeConfig(catalog=FILE, storage=FOLDER, attach_options=[1])  # type: ignore[arg-type]


def test_secrets_are_not_shown() -> None:
    catalog = PostgresCatalogConfig(secret_name="pg", host="h", database="d", user="u", password="hidden1")
    storage = S3StorageConfig(secret_name="s", bucket="b", key_id="hidden2", secret="hidden3")
    assert "hidden" not in repr(DuckLakeConfig(catalog=catalog, storage=storage))


def test_a_manager_runs_its_statements() -> None:
    run: list[str] = []

    class Connection:
        def execute(self, statement: str) -> None:
            run.append(statement)

    manager = DuckLakeAttachmentManager(DuckLakeConfig(catalog=FILE, storage=FOLDER), store_name="x")
    manager.configure(Connection())  # type: ignore[arg-type]
    assert run == manager.preview_sql() and len(run) == 3


def test_stores_tell_their_lake() -> None:
    lake = DuckLakeConfig(catalog=FILE, storage=FOLDER)
    store = DuckDBMetadataStore(":memory:", ducklake=lake, name="prod")
    assert store.ducklake_attachment_config is lake
    assert store.preview_ducklake_sql() == statements(name="prod") == store.ducklake_attachment.preview_sql()
    assert pickle.loads(pickle.dumps(store)).preview_ducklake_sql() == statements(name="prod")
    plain = DuckDBMetadataStore(":memory:")
    for ask in (
        plain.preview_ducklake_sql,
        lambda: plain.ducklake_attachment,
        lambda: plain.ducklake_attachment_config,
    ):
        with pytest.raises(RuntimeError, match="DuckLake attachment is not configured"):
            ask()


def test_stores_of_the_configuration_tell_their_lake() -> None:
    lake = {"catalog": {"type": "duckdb", "uri": "m.db"}, "storage": {"type": "local", "path": "/data"}}
    settings = {"database": ":memory:", "ducklake": lake, "extensions": ["json", {"name": "x", "repository": "r"}]}
    store = mx.MetaxyConfig(stores={"dev": mx.StoreConfig(type=DuckDBMetadataStore, config=settings)}).get_store()
    assert store.preview_ducklake_sql() == statements(name="dev")
    assert [spec.name for spec in store.extensions] == ["json", "x", "ducklake"]
    with pytest.raises(mx.config.InvalidConfigError, match="storage is required"):
        settings["ducklake"] = {"catalog": lake["catalog"]}
        mx.MetaxyConfig(stores={"dev": mx.StoreConfig(type=DuckDBMetadataStore, config=settings)}).get_store()


def lake_in(folder: Path, catalog: str = "sqlite", **settings: Any) -> DuckLakeConfig:
    place = {"type": catalog, "uri": str(folder / f"catalog.{catalog}")}
    return DuckLakeConfig(catalog=place, storage={"type": "local", "path": str(folder / "data")}, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("catalog", ["sqlite", "duckdb"])
def test_a_lake_is_written_and_read(tmp_path: Path, catalog: str) -> None:
    class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="video", id_columns=["id"], fields=["audio", "frames"])):
        id: str

    class Crop(mx.BaseFeature, spec=mx.FeatureSpec(key="crop", id_columns=["id"], deps=[Video], fields=["box"])):
        id: str

    rows = [{"id": id, "metaxy_provenance_by_field": {"audio": "1", "frames": "1"}} for id in ("a", "b")]
    with DuckDBMetadataStore(ducklake=lake_in(tmp_path, catalog)).open("w") as store:
        store.write(Video, pl.DataFrame(rows))
        store.write(Crop, store.resolve_update(Crop).new)
    with DuckDBMetadataStore(ducklake=lake_in(tmp_path, catalog, alias="my lake")) as store:
        assert sorted(collect_to_polars(store.read(Crop))["id"]) == ["a", "b"]
        found = store.resolve_update(Crop)
        assert len(found.new) == len(found.stale) == len(found.orphaned) == 0
        assert "ducklake" in store.display() or catalog in store.display()
    assert list((tmp_path / "data").rglob("*.parquet"))


def test_a_lake_that_is_not_there_is_not_made_by_reading(tmp_path: Path) -> None:
    with DuckDBMetadataStore(tmp_path / "plain.duckdb", ducklake=lake_in(tmp_path)) as store:
        assert not store.has_feature("video")
    lost = DuckDBMetadataStore(ducklake=lake_in(tmp_path / "x"))
    with pytest.raises(MetadataStoreError, match="no folder"), lost.open("w"):
        raise AssertionError("the store was opened")
    assert not list(tmp_path.iterdir())


def test_secrets_are_not_told_when_the_catalog_cannot_be_reached(tmp_path: Path) -> None:
    catalog = PostgresCatalogConfig(
        secret_name="pg", host="127.0.0.1", port=1, database="d", user="u", password="hidden1"
    )
    store = DuckDBMetadataStore(ducklake=DuckLakeConfig(catalog=catalog, storage=LocalStorageConfig(path=str(tmp_path))))
    with pytest.raises(Exception, match=r"postgres:127\.0\.0\.1/d") as raised, store.open("w"):
        raise AssertionError("the store was opened")
    assert "hidden" not in "".join(traceback.format_exception(raised.value))


def test_extensions_that_cannot_be_had_are_named() -> None:
    with pytest.raises(MetadataStoreError, match="no_such_thing") as raised:
        DuckDBMetadataStore(extensions=["no_such_thing"]).open("w").__enter__()
    assert "INSTALL no_such_thing" in raised.value.hint and "duckdb-ext-no_such_thing" in raised.value.hint


def test_extensions_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = ["json", ExtensionSpec(name="x", repository="community", init_sql=["SELECT 1"])]
    lake = DuckLakeConfig(catalog=MotherDuckCatalogConfig(database="md"))
    store = DuckDBMetadataStore(":memory:", extensions=given, ducklake=lake)
    assert [spec.name for spec in store.extensions] == ["json", "x", "ducklake", "motherduck"]
    assert store.extensions[1] == given[1] and store.extensions[0].repository == "core"
    monkeypatch.setenv("METAXY_COMPAT", "0.1")
    assert DuckDBMetadataStore(":memory:").extensions == [ExtensionSpec(name="hashfuncs", repository="community")]
    for wrong in (5, {"name": "x"}):
        with pytest.raises(TypeError, match=type(wrong).__name__):
            DuckDBMetadataStore(":memory:", extensions=[wrong])  # type: ignore[list-item]


def test_the_old_import_path_warns() -> None:
    sys.modules.pop("metaxy.ext.metadata_stores.duckdb", None)
    with pytest.warns(MovedMetadataStoreWarning, match=r"metaxy\.ext\.duckdb"):
        from metaxy.ext.metadata_stores.duckdb import DuckDBMetadataStore as moved
    assert moved is DuckDBMetadataStore and issubclass(MovedMetadataStoreWarning, DeprecationWarning)


WRITER = """
import json, sys, polars as pl, metaxy as mx
from metaxy.ext.duckdb import DuckDBMetadataStore
lake, number, turns = sys.argv[1:]
class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="video", id_columns=["id"], fields=["audio"])):
    id: str
with DuckDBMetadataStore(ducklake=json.loads(lake)).open("w") as store:
    for turn in range(int(turns)):
        rows = [{"id": f"{number}.{turn}", "metaxy_provenance_by_field": {"audio": "1"}}]
        store.write(Video, pl.DataFrame(rows))
"""


def lake_of(kind: str, folder: Path) -> DuckLakeConfig:
    if kind == "sqlite":
        return lake_in(folder)
    catalog = {"type": "postgres", "secret_name": "pg", "host": postgresql_uri().partition("host=")[2]}
    catalog |= {"database": "postgres", "user": "metaxy", "password": "x"}
    storage = {"type": "local", "path": str(folder / "data")}
    schema = "lake_" + hashlib.md5(str(folder).encode()).hexdigest()
    return DuckLakeConfig(catalog=catalog, storage=storage, attach_options={"metadata_schema": schema})  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "processes", "turns"), [("sqlite", 3, 4), ("postgresql", 4, 15)])
def test_processes_that_write_one_lake_lose_nothing(kind: str, processes: int, turns: int, tmp_path: Path) -> None:
    lake = lake_of(kind, tmp_path)
    command = [sys.executable, "-c", WRITER, lake.model_dump_json()]
    writers = [
        subprocess.Popen([*command, str(number), str(turns)], stderr=subprocess.PIPE, text=True)
        for number in range(processes)
    ]
    assert [writer.communicate(timeout=240)[1] for writer in writers if writer.wait(timeout=240) != 0] == []

    class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="video", id_columns=["id"], fields=["audio"])):
        id: str

    with DuckDBMetadataStore(ducklake=lake) as store:
        rows = collect_to_polars(store.read(Video))
        assert len(rows) == rows["id"].n_unique() == rows["metaxy_updated_at"].n_unique() == processes * turns


def test_snapshots_are_read_and_not_written(tmp_path: Path) -> None:
    class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="video", id_columns=["id"], fields=["audio"])):
        id: str

    with DuckDBMetadataStore(ducklake=lake_in(tmp_path)).open("w") as store:
        store.write(Video, pl.DataFrame([{"id": "a", "metaxy_provenance_by_field": {"audio": "1"}}]))
        written = datetime.datetime.now(datetime.timezone.utc)
        store.delete(Video, "id = 'a'", soft=False)
        assert collect_to_polars(store.read(Video, with_sample_history=True)).is_empty()
    lost = DuckDBMetadataStore(ducklake=lake_in(tmp_path, snapshot_time=written.isoformat(" ")))
    with lost:
        assert collect_to_polars(lost.read(Video))["id"].to_list() == ["a"]
    with pytest.raises(ValueError, match="cannot be written"), lost.open("w"):
        raise AssertionError("the store was opened")
    with pytest.raises(pydantic.ValidationError, match="contradict"):
        lake_in(tmp_path, snapshot_time="2026-01-01", snapshot_version=3)


def test_a_lake_is_maintained(tmp_path: Path) -> None:
    class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="video", id_columns=["id"], fields=["audio"])):
        id: str

    store = DuckDBMetadataStore(ducklake=lake_in(tmp_path))
    with store.open("w"):
        for id in "abc":
            store.write(Video, pl.DataFrame([{"id": id, "metaxy_provenance_by_field": {"audio": "1"}}]))
        planned = store.maintain(keep=datetime.timedelta(0), dry_run=True)
        assert store.maintain(keep=datetime.timedelta(0)) == planned and "ducklake_merge_adjacent_files" in planned[1]
        assert sorted(collect_to_polars(store.read(Video))["id"]) == ["a", "b", "c"]
