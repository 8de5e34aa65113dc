# SPDX-License-Identifier: Apache-2.0
"""Stores that only keep tables: of one's own, and in open table formats."""

from __future__ import annotations

import datetime
import pickle
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from every_store import KINDS, make_store
from folder_store import FolderMetadataStore, FolderStorage

import metaxy as mx
from metaxy.ext.duckdb import DuckDBMetadataStore
from metaxy.ext.lancedb import LanceDBMetadataStore
from metaxy.ext.polars.handlers.delta import DeltaMetadataStore
from metaxy.metadata_store import Condition, MetadataSchemaError, MetadataStoreError, StorageMetadataStore, StoredTable
from metaxy.utils import collect_to_polars

STORAGES = [kind for kind in KINDS if kind not in ("duckdb", "postgresql", "clickhouse", "sqlite", "adbc")]
VIDEO, CROP = "my-videos/raw", "my-videos/crop_1"


def declare(graph: mx.FeatureGraph, fields: tuple[str, ...] = ("audio", "frames")) -> None:
    with graph.use():

        class Video(mx.BaseFeature, spec=mx.FeatureSpec(key=VIDEO, id_columns=["id"], fields=list(fields))):
            id: str

        class Crop(mx.BaseFeature, spec=mx.FeatureSpec(key=CROP, id_columns=["id"], deps=[Video], fields=["box"])):
            id: str


@pytest.fixture(autouse=True)
def features(fresh_graph: mx.FeatureGraph) -> None:
    declare(fresh_graph)


def videos(*ids: str, version: str = "1", fields: tuple[str, ...] = ("audio", "frames")) -> pl.DataFrame:
    rows = [{"id": id, "metaxy_provenance_by_field": dict.fromkeys(fields, version)} for id in ids]
    return pl.DataFrame(rows)


def ids(frame: Any) -> list[str]:
    return sorted(collect_to_polars(frame)["id"].to_list())


def states(store: mx.MetadataStore) -> tuple[list[str], list[str], list[str]]:
    found = store.resolve_update(CROP)
    return ids(found.new), ids(found.stale), ids(found.orphaned)


@pytest.mark.parametrize("kind", STORAGES)
def test_a_feature_that_gains_a_field_keeps_the_others(kind: str, tmp_path: Path) -> None:
    store = make_store(kind, tmp_path)
    with store.open("w"):
        store.write(VIDEO, videos("a", "b"))
        store.write(CROP, store.resolve_update(CROP).new)
    with mx.FeatureGraph().use() as later:
        fields = ("audio", "frames", "subtitles")
        declare(later, fields)
        with store.open("w"):
            store.write(VIDEO, videos("b", "c", version="2", fields=fields))
            rows = collect_to_polars(store.read(VIDEO, with_feature_history=True)).sort("id")
            assert rows["id"].to_list() == ["a", "b", "c"]
            by_field = rows["metaxy_provenance_by_field"].to_list()
            assert by_field[0] == {"audio": "1", "frames": "1", "subtitles": None}
            assert by_field[2] == dict.fromkeys(fields, "2")


@pytest.mark.parametrize("kind", STORAGES)
def test_deleted_samples_are_gone_for_good(kind: str, tmp_path: Path) -> None:
    store = make_store(kind, tmp_path)
    with store.open("w"):
        store.write(VIDEO, videos("a", "it's \"b\"", "c"))
        store.write(CROP, store.resolve_update(CROP).new)
        store.delete(VIDEO, "id <> 'c'", soft=False)
        assert ids(store.read(VIDEO, with_sample_history=True)) == ["c"]
        assert states(store) == ([], [], ["a", "it's \"b\""])
        store.drop_feature_metadata(VIDEO)
        assert not store.has_feature(VIDEO)
        store.write(VIDEO, videos("d"))
        assert ids(store.read(VIDEO)) == ["d"]


@pytest.mark.parametrize("kind", [kind for kind in STORAGES if kind != "folder"])  # which is for one writer
def test_writers_meet_and_nothing_is_lost(kind: str, tmp_path: Path, fresh_graph: mx.FeatureGraph) -> None:
    failures: list[BaseException] = []

    def write(number: int) -> None:
        try:
            with fresh_graph.use(), make_store(kind, tmp_path).open("w") as store:
                for turn in range(3):
                    store.write(VIDEO, videos(f"{number}.{turn}"))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with make_store(kind, tmp_path) as store:
        assert len(ids(store.read(VIDEO))) == 9


@pytest.mark.parametrize("local", STORAGES)
def test_stores_of_different_kinds_are_read_as_one(local: str, tmp_path: Path) -> None:
    production = DuckDBMetadataStore(tmp_path / "production.duckdb")
    with production.open("w"):
        production.write(VIDEO, videos("a", "b"))
        production.write(CROP, production.resolve_update(CROP).new)
    branch = make_store(local, tmp_path, fallback_stores=[production])
    with branch.open("w"):
        branch.write(VIDEO, videos("b", "c", version="2"))
        assert states(branch) == (["c"], ["b"], [])
        branch.delete(VIDEO, "id = 'a'")
        assert states(branch) == (["c"], ["b"], ["a"])


def test_the_layout_follows_keys(tmp_path: Path) -> None:
    for layout, path in (("nested", "my-videos/raw.delta"), ("flat", "my_videos__raw.delta")):
        root = tmp_path / layout
        store = DeltaMetadataStore(root, layout=layout)  # type: ignore[arg-type]
        with store.open("w"):
            store.write(VIDEO, videos("a"))
            assert store.get_store_info(VIDEO)["uri"] == str(root / path)
        assert (root / path / "_delta_log").is_dir()
        with mx.FeatureGraph().use():  # nobody tells the key of the table
            assert "my_videos__raw" in store.connect("r").tables()
    with pytest.raises(ValueError, match="layout"):
        DeltaMetadataStore(tmp_path, layout="round")  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["delta", "iceberg"])
def test_types_that_a_format_lacks_are_named(kind: str, tmp_path: Path) -> None:
    store = make_store(kind, tmp_path)
    with store.open("w"):
        df = videos("a").with_columns(length=pl.duration(seconds=3))
        with pytest.raises(MetadataSchemaError, match="length") as refused:
            store.write(VIDEO, df)
        assert refused.value.code == "schema_mismatch" and "cast" in refused.value.hint
        assert not store.has_feature(VIDEO)


@pytest.mark.parametrize("kind", STORAGES)
def test_storages_are_pickled_and_configured(kind: str, tmp_path: Path) -> None:
    store = make_store(kind, tmp_path, name="mine")
    with store.open("w"):
        store.write(VIDEO, videos("a"))
    copy = pickle.loads(pickle.dumps(store))
    with copy:
        assert ids(copy.read(VIDEO)) == ["a"]
    assert repr(copy).startswith("[mine] ")


class Watched(FolderStorage):
    """Counts what is asked for, and can be told to fail."""

    def __init__(self, store: WatchedStore) -> None:
        super().__init__(store.folder)
        self._store = store

    def scan(self, table: str, columns: Any, conditions: Any) -> Any:
        self._store.scans.append((table, tuple(columns), tuple(conditions)))
        if self._store.failure == "scan":
            rows = self._rows(table).select(columns).to_arrow()

            def batches() -> Iterator[pa.RecordBatch]:
                yield from rows.to_batches()
                raise OSError("the disk is on fire")

            return pa.RecordBatchReader.from_batches(rows.schema, batches())
        return super().scan(table, columns, conditions)

    def describe(self, table: str) -> Any:
        return "a table" if self._store.failure == "describe" else super().describe(table)

    def append(self, table: str, rows: Any) -> None:
        if self._store.failure == "append" and table.startswith("my_videos"):
            raise PermissionError("nobody writes here")
        super().append(table, rows)


class WatchedStore(FolderMetadataStore):
    def __init__(self, folder: Path, failure: str = "") -> None:
        super().__init__(folder)
        self.failure = failure
        self.scans: list[tuple[str, tuple[str, ...], tuple[Condition, ...]]] = []

    def connect(self, mode: str) -> Any:
        return Watched(self) if self.failure != "connect" else "no storage"


def test_only_needed_columns_and_rows_are_scanned(tmp_path: Path) -> None:
    store = WatchedStore(tmp_path / "tables")
    with store.open("w"):
        store.write(VIDEO, videos("a", "b").with_columns(size=1, title=pl.lit("long")))
    with store:
        store.scans.clear()
        frame = store.read(VIDEO, filters="size = 1 AND title <> 'x'", columns=["id"], with_sample_history=True)
        assert ids(frame) == ["a", "b"]
        scans = [scan for scan in store.scans if scan[0] == "my_videos__raw" and "size" in scan[1]]
        assert scans
        for _, columns, conditions in scans:
            assert {Condition("size", "==", 1), Condition("title", "!=", "x")} <= set(conditions)
            assert "metaxy_provenance_by_field" not in columns
        store.scans.clear()
        assert states(store) == (["a", "b"], [], [])
        assert not any("metaxy_created_at" in columns for _, columns, _ in store.scans)


def test_rows_are_read_once_while_they_are_current(tmp_path: Path) -> None:
    store = WatchedStore(tmp_path / "tables")
    with store.open("w"):
        store.write(VIDEO, videos("a", "b"))
        store.write(VIDEO, videos("b", version="2"))
        store.write(CROP, store.resolve_update(CROP).new)
        store.write(CROP, videos("a", fields=("box",)))
        assert ids(store.read(CROP)) == ["a", "b"]
        store.scans.clear()
        assert ids(store.read(CROP)) == ["a", "b"]
        assert not any("id" in columns for table, columns, _ in store.scans if table == "my_videos__crop_1")
        store.write(CROP, videos("c", fields=("box",)))
        assert ids(store.read(CROP)) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("failure", "error", "match"),
    [
        ("connect", MetadataStoreError, "TableStorage"),
        ("describe", MetadataStoreError, "StoredTable"),
        ("append", PermissionError, "nobody writes here"),
    ],
)
def test_faults_of_a_storage_arrive(tmp_path: Path, failure: str, error: type[Exception], match: str) -> None:
    store = WatchedStore(tmp_path / "tables", failure)
    with pytest.raises(error, match=match), store.open("w"):
        store.write(VIDEO, videos("a"))
    with FolderMetadataStore(tmp_path / "tables") as sound:
        assert not sound.has_feature(VIDEO)


def test_rows_that_break_off_are_an_error(tmp_path: Path) -> None:
    store = WatchedStore(tmp_path / "tables")
    with store.open("w"):
        store.write(VIDEO, videos("a"))
        store.failure = "scan"
        with pytest.raises(Exception, match="on fire"):
            ids(store.read(VIDEO))


def test_a_store_without_connect_says_so() -> None:
    class Bare(StorageMetadataStore):
        pass

    with pytest.raises(NotImplementedError, match="connect"), Bare().open("w"):
        pass


def test_schemas_need_an_arrow_schema(tmp_path: Path) -> None:
    class Odd(FolderStorage):
        def describe(self, table: str) -> StoredTable | None:
            return StoredTable(schema=["id"])

    class OddStore(FolderMetadataStore):
        def connect(self, mode: str) -> FolderStorage:
            return Odd(self.folder)

    with pytest.raises(MetadataStoreError, match="__arrow_c_schema__"), OddStore(tmp_path).open("w"):
        pass


def test_rows_of_a_write_can_be_read_again_until_it_ends(tmp_path: Path) -> None:
    kept = []

    class Hesitant(FolderStorage):
        def append(self, table: str, rows: Any) -> None:
            assert pa.schema(rows).names == pl.DataFrame(rows).columns
            assert pl.DataFrame(rows).equals(pl.DataFrame(rows))
            kept.append(rows)
            super().append(table, rows)

    class HesitantStore(FolderMetadataStore):
        def connect(self, mode: str) -> FolderStorage:
            return Hesitant(self.folder)

    store = HesitantStore(tmp_path)
    with store.open("w"):
        store.write(VIDEO, videos("a", "b"))
        assert ids(store.read(VIDEO)) == ["a", "b"]
        with pytest.raises(Exception, match="after it has ended"):
            pa.RecordBatchReader.from_stream(kept[0])


def test_a_delta_write_that_met_another_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import deltalake

    write, met = deltalake.write_deltalake, []

    def write_late(uri: str, rows: Any, **options: Any) -> None:
        read = pa.RecordBatchReader.from_stream(rows).read_all()
        if uri not in met and "raw" in uri:
            met.append(uri)
            raise deltalake.exceptions.CommitFailedError("another writer was first")
        write(uri, read, **options)

    monkeypatch.setattr(deltalake, "write_deltalake", write_late)
    store = DeltaMetadataStore(tmp_path)
    with store.open("w"):
        store.write(VIDEO, videos("a", "b"))
        assert len(met) == 1
        assert ids(store.read(VIDEO)) == ["a", "b"]


@pytest.mark.parametrize("kind", ["delta", "iceberg", "lancedb"])
def test_maintenance_loses_no_record(kind: str, tmp_path: Path) -> None:
    store = make_store(kind, tmp_path)
    with store.open("w"):
        for id in "abc":
            store.write(VIDEO, videos(id))
        store.write(VIDEO, videos("b", version="2"))
        store.delete(VIDEO, "id = 'a'", soft=False)
        planned = store.maintain(keep=datetime.timedelta(0), dry_run=True)
        assert any("my_videos__raw" in line for line in planned)
        assert store.maintain(keep=datetime.timedelta(0)) == planned
        assert ids(store.read(VIDEO, with_sample_history=True)) == ["b", "b", "c"]
        store.write(VIDEO, videos("d"))
    with make_store(kind, tmp_path) as again:
        rows = collect_to_polars(again.read(VIDEO)).sort("id")
        assert [by["audio"] for by in rows["metaxy_provenance_by_field"]] == ["2", "1", "1"]


@pytest.mark.parametrize("kind", ["delta", "lancedb"])  # Iceberg's tables cannot be moved
def test_tables_of_the_reference_are_continued(kind: str, fresh_graph: mx.FeatureGraph, tmp_path: Path) -> None:
    # The reference 0.1.10 wrote a, b and c of both features, then a again with another audio, and d.
    with zipfile.ZipFile(Path(__file__).parent.parent / "data" / "reference_lakes.zip") as lakes:
        lakes.extractall(tmp_path)
    with fresh_graph.use():
        fields = ["audio", "frames"]

        class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="media/video", id_columns=["id"], fields=fields)):
            id: str

        class Label(mx.BaseFeature, spec=mx.FeatureSpec(key="label", id_columns=["id"], deps=[Video], fields=["p"])):
            id: str

    store = DeltaMetadataStore(tmp_path / "delta") if kind == "delta" else LanceDBMetadataStore(str(tmp_path / "lance"))
    with store.open("w"):
        found = store.resolve_update(Label)
        assert (ids(found.new), ids(found.stale), ids(found.orphaned)) == (["d"], ["a"], [])
        store.write(Label, found.new)
        store.write(Label, found.stale)
        assert [part.shape[0] for part in store.resolve_update(Label)] == [0, 0, 0]
        assert ids(store.read(Label)) == ["a", "b", "c", "d"]


def test_what_the_engine_cannot_hold_goes_to_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spilled = tmp_path / "spilled"
    spilled.mkdir()
    monkeypatch.setenv("TMPDIR", str(spilled))
    seen: list[list[Path]] = []

    def watched(store: FolderMetadataStore) -> tuple[int, int]:
        with store.open("w"):
            samples = pl.select(pl.int_range(200_000).cast(pl.String).alias("id"))
            by_field = pl.struct(audio=pl.col("id") + "audio" * 8, frames=pl.col("id") + "frames" * 8)
            store.write(VIDEO, samples.with_columns(metaxy_provenance_by_field=by_field))
            store.write(CROP, store.resolve_update(CROP).new)
            found = store.resolve_update(CROP)
            seen.append(list(spilled.glob("metaxy.*.tmp/*")))
            return found.new.shape[0], found.stale.shape[0]

    assert watched(FolderMetadataStore(tmp_path / "a")) == (0, 0)
    assert watched(FolderMetadataStore(tmp_path / "b", memory_limit="60MB")) == (0, 0)
    assert [bool(files) for files in seen] == [False, True]
    assert list(spilled.iterdir()) == []
    with pytest.raises(ValueError, match="memory_limit"):
        FolderMetadataStore(tmp_path / "c", memory_limit="plenty").open("w").__enter__()


def test_a_delta_branch_lies_over_production_in_postgresql(tmp_path: Path) -> None:
    production = make_store("postgresql", tmp_path)
    with production.open("w"):
        production.write(VIDEO, videos("a", "b"))
        production.write(CROP, production.resolve_update(CROP).new)
    branch = make_store("delta", tmp_path, fallback_stores=[production])
    with branch.open("w"):
        branch.write(VIDEO, videos("b", "c", version="2"))
        assert states(branch) == (["c"], ["b"], [])
        branch.write(CROP, branch.resolve_update(CROP).new)
        assert states(branch) == ([], ["b"], [])
    with production:
        assert ids(production.read(VIDEO)) == ["a", "b"] and states(production) == ([], [], [])


def test_a_warehouse_that_is_no_folder_needs_a_catalog() -> None:
    from metaxy.ext.polars.handlers.iceberg import IcebergMetadataStore

    with pytest.raises(ValueError, match="catalog_properties"):
        IcebergMetadataStore("s3://bucket/warehouse")
