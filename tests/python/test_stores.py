# SPDX-License-Identifier: Apache-2.0
"""Stores: what goes in comes out, what must be computed, and what is refused."""

from __future__ import annotations

import datetime as dt
import pickle
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
import pyarrow as pa
import pytest
from every_store import KINDS, make_store

import metaxy as mx
from metaxy.ext.duckdb import DuckDBMetadataStore
from metaxy.metadata_store import (
    FeatureNotFoundError,
    HashAlgorithmNotSupportedError,
    MetadataSchemaError,
    MetadataStoreError,
    StoreNotOpenError,
    TableNotFoundError,
)
from metaxy.utils import collect_to_arrow, collect_to_polars

VIDEO, CROP = "video/raw", "video/crop"


@pytest.fixture(autouse=True)
def features(fresh_graph: mx.FeatureGraph) -> None:
    class Video(mx.BaseFeature, spec=mx.FeatureSpec(key=VIDEO, id_columns=["id"], fields=["audio", "frames"])):
        id: str
        size: int

    class Crop(mx.BaseFeature, spec=mx.FeatureSpec(key=CROP, id_columns=["id"], deps=[Video], fields=["frames"])):
        id: str


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[mx.MetadataStore]:
    with make_store(request.param, tmp_path, name="mem").open("w") as opened:
        yield opened


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[mx.MetadataStore]:
    """For what does not depend on the kind of the store."""
    with make_store("duckdb", tmp_path, name="mem").open("w") as opened:
        yield opened


def videos(**rows: tuple[int, str, str]) -> pl.DataFrame:
    """id=(size, audio version, frames version)."""
    return pl.DataFrame(
        {
            "id": list(rows),
            "size": [row[0] for row in rows.values()],
            "metaxy_provenance_by_field": [{"audio": row[1], "frames": row[2]} for row in rows.values()],
        }
    )


def ids(frame: Any) -> list[str]:
    return sorted(collect_to_polars(frame)["id"].to_list())


def increments(store: mx.MetadataStore, **kwargs: Any) -> tuple[list[str], list[str], list[str]]:
    found = store.resolve_update(CROP, **kwargs)
    return ids(found.new), ids(found.stale), ids(found.orphaned)


@pytest.mark.parametrize("lazy", [False, True])
def test_only_what_changed_is_computed_again(store: mx.MetadataStore, lazy: bool) -> None:
    store.write(VIDEO, videos(a=(1, "1", "1"), b=(2, "1", "1"), c=(3, "1", "1")))
    found = store.resolve_update(CROP, lazy=lazy).collect()
    assert ids(found.new) == ["a", "b", "c"]
    store.write(CROP, found.new)
    assert increments(store) == ([], [], [])
    store.write(VIDEO, videos(a=(1, "2", "1"), b=(2, "1", "2"), d=(4, "1", "1")))
    store.delete(VIDEO, nw.col("id") == "c")
    assert increments(store) == (["d"], ["b"], ["c"])
    assert increments(store, skip_comparison=True) == (["a", "b", "d"], [], [])
    assert increments(store, staleness_predicates=[nw.col("id") == "a"]) == (["d"], ["a", "b"], ["c"])
    assert increments(store, global_filters=[nw.col("id") != "d"], filters={VIDEO: "id <> 'b'"}) == ([], [], ["b", "c"])
    lazily = store.resolve_update(CROP, lazy=True)
    assert ids(lazily.new.select("id")) == ["d"]
    assert ids(lazily.to_polars().collect().stale) == ["b"]
    assert store.calculate_input_progress(lazily, CROP) == pytest.approx(100 * 2 / 3)


def test_roots_are_compared_with_samples(store: mx.MetadataStore) -> None:
    first = store.resolve_update(VIDEO, samples=videos(a=(1, "1", "1"), b=(2, "1", "1")))
    store.write(VIDEO, first.new)
    again = store.resolve_update(VIDEO, samples=videos(b=(2, "1", "2"), c=(3, "1", "1")))
    assert (ids(again.new), ids(again.stale), ids(again.orphaned)) == (["c"], ["b"], ["a"])
    with pytest.raises(ValueError, match="samples"):
        store.resolve_update(VIDEO)


def test_reads_push_down(store: mx.MetadataStore) -> None:
    store.write(VIDEO, videos(a=(1, "1", "1"), b=(2, "1", "1")))
    store.write(VIDEO, videos(a=(5, "2", "1")))
    frame = store.read(VIDEO)
    assert isinstance(frame, nw.LazyFrame)
    assert frame.filter(nw.col("size") > 2).select("id").collect().to_native().rows() == [("a",)]
    assert frame.head(1).collect().shape[0] == 1
    assert store.read(VIDEO, columns=["size", "id"]).collect().columns == ["size", "id"]
    assert ids(store.read(VIDEO, filters=["size = 1"])) == []
    assert ids(store.read(VIDEO, with_sample_history=True)) == ["a", "a", "b"]
    assert ids(store.read(VIDEO, with_sample_history=True, filters=nw.col("size") == 1)) == ["a"]
    served = store.read(VIDEO, with_store_info=True)
    assert served[1] is store
    assert store.read_feature_schema_from_store(VIDEO)["size"] == nw.Int64


def test_frames_are_read_when_they_are_collected(tmp_path: Path) -> None:
    store = DuckDBMetadataStore(tmp_path / "s.db")
    with store.open("w"):
        store.write(VIDEO, videos(a=(1, "1", "1")))
    with store:
        frame = store.read(VIDEO)
    assert ids(frame) == ["a"], "also after the store was closed"


@pytest.mark.parametrize(
    "made",
    [
        lambda df: df,
        lambda df: df.lazy(),
        lambda df: df.to_arrow(),
        lambda df: df.to_arrow().to_reader(),
        lambda df: df.to_pandas(),
        lambda df: nw.from_native(df),
        lambda df: nw.from_native(df.lazy()),
        lambda df: nw.from_native(df.to_arrow()),
        lambda df: (df[i : i + 1].to_arrow() for i in range(df.height)),
        lambda df: iter(df.to_arrow().to_batches()),
        lambda df: df.to_dicts(),
        lambda df: __import__("duckdb").from_arrow(df.to_arrow()),
        lambda df: __import__("ibis").memtable(df.to_arrow()),
    ],
    ids="polars lazy arrow reader pandas nw nw_lazy nw_arrow generator batches dicts duckdb ibis".split(),
)
def test_any_frame_goes_in(embedded: mx.MetadataStore, made: Any) -> None:
    df = videos(a=(1, "1", "2"), b=(2, "3", "4"))
    embedded.write(VIDEO, made(df))
    found = collect_to_polars(embedded.read(VIDEO)).sort("id")
    assert found["size"].to_list() == [1, 2]
    assert found["metaxy_provenance_by_field"].to_list() == df["metaxy_provenance_by_field"].to_list()
    assert isinstance(collect_to_arrow(embedded.read(VIDEO)), pa.Table)


VALUES: dict[str, list[Any]] = {
    "text": ["x", None, "ü'\"\n"],
    "integer": [1, None, -(2**62)],
    "double": [0.5, None, float("inf")],
    "flag": [True, None, False],
    "day": [dt.date(2026, 1, 31), None, dt.date(1, 1, 1)],
    "moment": [dt.datetime(2026, 1, 31, 12, 0, 0, 5), None, dt.datetime(1999, 1, 1)],
    "zoned": [dt.datetime(2026, 1, 31, tzinfo=dt.timezone.utc), None, dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)],
    "blob": [b"\x00\xff", None, b""],
    "list": [[1, 2], None, []],
    "struct": [{"a": 1, "b": "x"}, {"a": None, "b": None}, {"a": 2, "b": None}],
    "nested": [[{"a": ["x"]}], None, []],
}


# pyiceberg writes a list of structs that is null as an empty one; ClickHouse's lists cannot be null.
LOST = {
    ("IcebergMetadataStore", "nested"): [[{"a": ["x"]}], [], []],
    ("ClickHouseMetadataStore", "list"): [[1, 2], [], []],
    ("ClickHouseMetadataStore", "nested"): [[{"a": ["x"]}], [], []],
}
# ClickHouse's dates begin with 1900, and it does not know text from other bytes.
REFUSED = {
    ("ClickHouseMetadataStore", "day"): "column .day. has a date",
    ("ClickHouseMetadataStore", "blob"): "column .blob. has binary",
}


@pytest.mark.parametrize("name", VALUES)
def test_values_of_every_type_come_back(store: mx.MetadataStore, name: str) -> None:
    df = videos(a=(1, "1", "1"), b=(2, "1", "1"), c=(3, "1", "1")).with_columns(pl.Series(name, VALUES[name]))
    case = (type(store).__name__, name)
    if case in REFUSED:
        with pytest.raises((MetadataStoreError, ValueError), match=REFUSED[case]):
            store.write(VIDEO, df)
        assert not store.has_feature(VIDEO)
        return
    store.write(VIDEO, df)
    assert collect_to_polars(store.read(VIDEO)).sort("id")[name].to_list() == LOST.get(case, VALUES[name])


def test_deletes(store: mx.MetadataStore) -> None:
    store.write(VIDEO, videos(a=(1, "1", "1"), b=(2, "1", "1")))
    store.delete(VIDEO, "id = 'a'")
    assert ids(store.read(VIDEO)) == ["b"] and ids(store.read(VIDEO, include_soft_deleted=True)) == ["a", "b"]
    store.delete(VIDEO, None, soft=False)
    assert ids(store.read(VIDEO, include_soft_deleted=True)) == [] and store.has_feature(VIDEO)
    store.drop_feature_metadata(VIDEO)
    store.drop_feature_metadata(VIDEO)
    assert not store.has_feature(VIDEO)


def test_fallback_stores_are_read_sample_by_sample() -> None:
    below = DuckDBMetadataStore(":memory:", name="below")
    above = DuckDBMetadataStore(":memory:", name="above", fallback_stores=[below])
    with below.open("w"), above.open("w"):
        below.write(VIDEO, videos(a=(1, "1", "1"), b=(2, "1", "1")))
        assert not above.has_feature(VIDEO) and above.has_feature(VIDEO, check_fallback=True)
        above.write(VIDEO, videos(b=(9, "2", "2")))
        assert collect_to_polars(above.read(VIDEO)).sort("id")["size"].to_list() == [1, 9]
        assert ids(above.read(VIDEO, allow_fallback=False)) == ["b"]
        assert increments(above) == (["a", "b"], [], [])
        assert above.get_store_metadata(VIDEO)["resolved_from"]["name"] == "above"


def test_copies(store: mx.MetadataStore) -> None:
    store.write(VIDEO, videos(a=(1, "1", "1"), b=(2, "1", "1")))
    other = DuckDBMetadataStore(":memory:")
    with other.open("w"):
        assert other.copy_metadata(store, [VIDEO, CROP]) == {"features_copied": 1, "rows_copied": 2}
        assert other.copy_metadata(store, [VIDEO]) == {"features_copied": 0, "rows_copied": 0}
        assert ids(other.read(VIDEO)) == ["a", "b"]


def test_pushes(store: mx.MetadataStore, fresh_graph: mx.FeatureGraph) -> None:
    storage = mx.SystemTableStorage(store)
    first = storage.push_graph_snapshot(tags={"commit": "abc"})
    assert tuple(first) == (fresh_graph.project_version, False, [])
    assert storage.push_graph_snapshot().already_pushed
    assert storage.read_features()["tags"].str.contains("abc").all()
    loaded = storage.load_graph_from_snapshot(first.project_version)
    assert loaded.get_feature_version(CROP) == fresh_graph.get_feature_version(CROP)
    snapshots = storage.read_graph_snapshots()
    assert snapshots["feature_count"].to_list() == [2]
    with pytest.raises(ValueError):
        storage.load_graph_from_snapshot("nothing")


def test_a_recorded_definition_is_a_row(store: mx.MetadataStore) -> None:
    from metaxy.metadata_store.system import models

    mx.SystemTableStorage(store).push_graph_snapshot(tags={"commit": "abc"})
    row = mx.SystemTableStorage(store).read_features().row(0, named=True)
    made = models.FeatureVersionsModel(**{name: row[name] for name in models.FeatureVersionsModel.model_fields})
    assert made.tag_values["commit"] == "abc"
    assert made.to_polars().schema == models.FEATURE_VERSIONS_SCHEMA


def test_external_features_are_read_from_the_store(store: mx.MetadataStore, fresh_graph: mx.FeatureGraph) -> None:
    mx.SystemTableStorage(store).push_graph_snapshot()
    store.write(VIDEO, videos(a=(1, "1", "1")))
    with mx.FeatureGraph().use() as graph:
        stand_in = mx.FeatureSpec(key=VIDEO, id_columns=["id"], fields=["audio", "frames"])
        graph.add_feature_definition(mx.FeatureDefinition.external(spec=stand_in, project="other"))
        graph.add_feature_definition(
            mx.FeatureDefinition.from_stored_data(
                {"key": "mine", "id_columns": ["id"], "deps": [{"feature": VIDEO}]}, {}, None, "mine"
            )
        )
        assert ids(store.resolve_update("mine").new) == ["a"]
        assert not graph.has_external_features
    with mx.FeatureGraph().use() as graph:
        graph.add_feature_definition(
            mx.FeatureDefinition.external(
                spec=mx.FeatureSpec(key="un/known", id_columns=["id"]), project="other", on_version_mismatch="error"
            )
        )
        with pytest.warns(mx.UnresolvedExternalFeatureWarning, match="un/known"):
            mx.sync_external_features(store)


def test_versions_of_joined_rows(store: mx.MetadataStore) -> None:
    store.write(VIDEO, videos(a=(1, "1", "1"), b=(2, "1", "2")))
    expected = collect_to_polars(store.resolve_update(CROP).new).sort("id")
    joined = collect_to_polars(store.read(VIDEO)).select(
        "id", pl.col("metaxy_data_version_by_field").alias("metaxy_data_version_by_field__video_raw")
    )
    made = store.compute_provenance(CROP, nw.from_native(joined.lazy()))
    assert isinstance(made, nw.LazyFrame)
    found = collect_to_polars(made).sort("id")
    for name in ("metaxy_provenance", "metaxy_provenance_by_field", "metaxy_data_version"):
        assert found[name].to_list() == expected[name].to_list()
    with pytest.raises(MetadataSchemaError, match="metaxy_data_version_by_field__video_raw"):
        store.compute_provenance(CROP, nw.from_native(joined.select("id")))


def test_stores_must_be_open(store: mx.MetadataStore) -> None:
    closed = DuckDBMetadataStore(":memory:")
    for use in (lambda: closed.read(VIDEO), lambda: closed.has_feature(VIDEO), lambda: closed.resolve_update(CROP)):
        with pytest.raises(StoreNotOpenError) as raised:
            use()
        assert raised.value.code and "with store" in raised.value.hint
    with closed, pytest.raises(StoreNotOpenError, match="read mode"):
        closed.write(VIDEO, videos(a=(1, "1", "1")))
    with closed, closed.open("w"):
        closed.write(VIDEO, videos(a=(1, "1", "1")))
    with pytest.raises(ValueError, match="mode"), closed.open("x"):  # type: ignore[arg-type]
        pass


def boom() -> Iterator[pa.RecordBatch]:
    yield from videos(a=(1, "1", "1")).to_arrow().to_batches()
    raise RuntimeError("the camera is off")


@pytest.mark.parametrize(
    ("rows", "error", "words"),
    [
        (lambda: pl.DataFrame({"id": ["a"]}), MetadataSchemaError, "metaxy_provenance_by_field"),
        (lambda: videos(a=(1, "1", "1")).drop("id"), MetadataSchemaError, "id"),
        (lambda: videos(a=(1, "1", "1")).with_columns(size=pl.lit("big")), MetadataSchemaError, "size"),
        (lambda: videos(a=(1, "1", "1")).with_columns(id=pl.lit(None, pl.String)), ValueError, "id"),
        (lambda: pl.DataFrame(), MetadataSchemaError, "columns"),
        (lambda: 5, TypeError, "int"),
        (lambda: "rows.csv", TypeError, "str"),
        (lambda: boom(), Exception, "the camera is off"),
    ],
    ids="provenance id type null empty int text raises".split(),
)
def test_bad_rows_are_refused_and_nothing_is_written(
    store: mx.MetadataStore, rows: Any, error: type[Exception], words: str
) -> None:
    store.write(VIDEO, videos(z=(1, "1", "1")))
    with pytest.raises(error, match=words) as raised:
        store.write(VIDEO, rows())
    assert getattr(raised.value, "code", None)
    assert ids(store.read(VIDEO)) == ["z"]


@pytest.mark.parametrize("filters", ["size >", "nope = 1", nw.col("nope") == 1, nw.col("id").str.contains("a.*")])
def test_bad_filters_are_refused_by_name(embedded: mx.MetadataStore, filters: Any) -> None:
    embedded.write(VIDEO, videos(a=(1, "1", "1")))
    with pytest.raises(ValueError) as raised:
        embedded.read(VIDEO, filters=filters)
    assert raised.value.code == "invalid_argument"  # type: ignore[attr-defined]
    with pytest.raises(ValueError):
        embedded.delete(VIDEO, filters)
    assert ids(embedded.read(VIDEO)) == ["a"]


def test_what_is_not_there_is_named(store: mx.MetadataStore) -> None:
    with pytest.raises(FeatureNotFoundError, match=VIDEO):
        store.read(VIDEO)
    with pytest.raises(FeatureNotFoundError, match=VIDEO):
        store.resolve_update(CROP)
    with pytest.raises(KeyError, match="nobody"):
        store.read("nobody")
    strict = DuckDBMetadataStore(":memory:", auto_create_tables=False)
    with strict.open("w"), pytest.raises(TableNotFoundError, match="video__raw"):
        strict.write(VIDEO, videos(a=(1, "1", "1")))


def test_stores_of_other_algorithms_do_not_mix(tmp_path: Path) -> None:
    made = DuckDBMetadataStore(tmp_path / "s.db", hash_algorithm=mx.HashAlgorithm.MD5)
    with made.open("w"):
        made.write(VIDEO, videos(a=(1, "1", "1")))
    other = DuckDBMetadataStore(tmp_path / "s.db", hash_algorithm=mx.HashAlgorithm.SHA256)
    with pytest.raises(Exception, match="md5"), other.open("w"):
        pass
    over = DuckDBMetadataStore(":memory:", hash_algorithm=mx.HashAlgorithm.SHA256, fallback_stores=[made])
    with pytest.raises(ValueError, match="md5"), over:
        pass
    unknown = DuckDBMetadataStore(":memory:")
    unknown._hash_algorithm = mx.HashAlgorithm.XXHASH64
    unknown._supported_algorithms = lambda: ["md5"]  # type: ignore[method-assign]
    with pytest.raises(HashAlgorithmNotSupportedError, match="xxhash64"), unknown:
        pass


def test_stores_with_a_prefix_share_a_database(tmp_path: Path) -> None:
    first, second = (DuckDBMetadataStore(tmp_path / "s.db", table_prefix=prefix) for prefix in ("one_", "two_"))
    assert first.get_table_name(mx.FeatureKey(VIDEO)) == "one_video__raw"
    with first.open("w"), second.open("w"):
        first.write(VIDEO, videos(a=(1, "1", "1")))
        assert first.get_store_info(VIDEO)["table_name"] == "one_video__raw"
        assert not second.has_feature(VIDEO)
        second.write(VIDEO, videos(b=(1, "1", "1")))
        assert (ids(first.read(VIDEO)), ids(second.read(VIDEO))) == (["a"], ["b"])
        assert increments(first) == (["a"], [], [])


def test_stores_are_pickled_closed(tmp_path: Path) -> None:
    store = DuckDBMetadataStore(tmp_path / "s.db", name="disk", config={"threads": "1"})
    with store.open("w"):
        store.write(VIDEO, videos(a=(1, "1", "1")))
        again = pickle.loads(pickle.dumps(store))
    assert repr(again) == repr(store) and again.name == "disk"
    with again:
        assert ids(again.read(VIDEO)) == ["a"]


def test_threads_share_a_store(store: mx.MetadataStore, fresh_graph: mx.FeatureGraph) -> None:
    store.write(VIDEO, videos(start=(0, "1", "1")))
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            with fresh_graph.use(), store.open("w"):
                for turn in range(5):
                    store.write(VIDEO, videos(**{f"t{number}x{turn}": (turn, "1", "1")}))
                    assert f"t{number}x{turn}" in ids(store.read(VIDEO))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(ids(store.read(VIDEO))) == 21


def test_a_store_is_read_while_a_generator_is_written(store: mx.MetadataStore, fresh_graph: mx.FeatureGraph) -> None:
    store.write(VIDEO, videos(start=(0, "1", "1")))
    begun, go_on = threading.Event(), threading.Event()

    def slowly() -> Iterator[pa.RecordBatch]:
        yield from videos(a=(1, "1", "1")).to_arrow().to_batches()
        begun.set()
        go_on.wait(20)
        yield from videos(b=(1, "1", "1")).to_arrow().to_batches()

    def write() -> None:
        with fresh_graph.use():
            store.write(VIDEO, slowly())

    def read() -> None:
        with fresh_graph.use():
            store.read(VIDEO)

    writer, reader = threading.Thread(target=write), threading.Thread(target=read)
    writer.start()
    assert begun.wait(20)
    reader.start()
    reader.join(0.2)  # it may have to wait, but Python goes on
    go_on.set()
    for thread in (writer, reader):
        thread.join(30)
        assert not thread.is_alive()
    assert ids(store.read(VIDEO)) == ["a", "b", "start"]


def test_partial_results_are_completed(store: mx.MetadataStore) -> None:
    store.write(VIDEO, videos(a=(1, "1", "1")))
    store.write(CROP, collect_to_polars(store.resolve_update(CROP).new).with_columns(box=pl.lit("old")))
    store.write(VIDEO, videos(a=(1, "1", "2")))
    stale = collect_to_polars(store.resolve_update(CROP).stale)
    store.write(CROP, stale.drop("size"), carry_over=True)
    assert collect_to_polars(store.read(CROP))["box"].to_list() == ["old"]


def test_what_was_there_can_be_read_again(store: mx.MetadataStore) -> None:
    store.write(VIDEO, videos(a=(1, "1", "1")))
    then = collect_to_polars(store.read(VIDEO))["metaxy_updated_at"][0]
    store.write(VIDEO, videos(a=(2, "1", "1"), b=(3, "1", "1")))
    assert ids(store.read(VIDEO, as_of=then)) == ["a"]
    assert ids(store.resolve_update(CROP, as_of=then).new) == ["a"]


def test_records_are_rebased(store: mx.MetadataStore, fresh_graph: mx.FeatureGraph) -> None:
    store.write(VIDEO, videos(a=(1, "1", "1"), b=(2, "1", "1")))
    store.write(CROP, store.resolve_update(CROP).new)
    mx.SystemTableStorage(store).push_graph_snapshot()
    old = fresh_graph.get_feature_version(CROP)
    project, spec = fresh_graph.project, fresh_graph.get_feature_definition(CROP).spec
    fields = [mx.FieldSpec(key="frames", code_version="2")]
    fresh_graph.remove_feature(CROP)
    fresh_graph.add_feature_definition(
        mx.FeatureDefinition.from_stored_data(spec.model_copy(update={"fields": fields}), {}, "m.Crop", project)
    )
    assert increments(store)[1] == ["a", "b"]
    records = store.read(CROP, with_feature_history=True, filters=[nw.col("metaxy_feature_version") == old])
    store.write(CROP, store.rebase(CROP, records), preserve_feature_version=True)
    assert increments(store) == ([], [], [])
    with pytest.raises(ValueError, match="never pushed"):
        store.rebase(CROP, records, to_feature_version="unknown")
    with pytest.raises(ValueError, match="root feature"):
        store.rebase(VIDEO, records)


@pytest.mark.parametrize(
    ("branch", "production"), [("duckdb", "postgresql"), ("duckdb", "clickhouse"), ("sqlite", "duckdb")]
)
def test_a_branch_over_production_in_another_database(branch: str, production: str, tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    below = make_store(production, tmp_path / "below")
    with below.open("w"):
        below.write(VIDEO, videos(a=(1, "1", "1"), b=(2, "1", "1")))
        below.write(CROP, below.resolve_update(CROP).new)
    with make_store(branch, tmp_path, fallback_stores=[below]).open("w") as above:
        above.write(VIDEO, videos(b=(2, "1", "2")))
        assert increments(above) == ([], ["b"], [])
