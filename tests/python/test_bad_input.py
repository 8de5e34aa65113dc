# SPDX-License-Identifier: Apache-2.0
"""What is wrong is told with its feature, its column and the remedy, and nothing was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import metaxy as mx
from metaxy.ext.duckdb import DuckDBMetadataStore
from metaxy.metadata_store import MetadataSchemaError, MetadataStoreError
from metaxy.utils import collect_to_polars

VIDEO, CROP = "video/raw", "video/crop"
PROVENANCE = "metaxy_provenance_by_field"
TEXTS = pl.Struct({"audio": pl.String, "frames": pl.String})


@pytest.fixture
def store(fresh_graph: mx.FeatureGraph) -> Iterator[DuckDBMetadataStore]:
    class Video(mx.BaseFeature, spec=mx.FeatureSpec(key=VIDEO, id_columns=["id"], fields=["audio", "frames"])):
        id: str
        size: int

    class Crop(mx.BaseFeature, spec=mx.FeatureSpec(key=CROP, id_columns=["id"], deps=[Video], fields=["frames"])):
        id: str

    with DuckDBMetadataStore(":memory:", name="mem").open("w") as opened:
        opened.write(VIDEO, videos("z"))
        opened.write(CROP, opened.resolve_update(CROP).new)
        yield opened
        assert collect_to_polars(opened.read(VIDEO, with_sample_history=True))["id"].to_list() == ["z"]
        assert collect_to_polars(opened.read(CROP, with_sample_history=True))["id"].to_list() == ["z"]


def videos(*ids: str, **columns: Any) -> pl.DataFrame:
    versions = [{"audio": "1", "frames": "1"}] * len(ids)
    return pl.DataFrame({"id": ids, "size": [1] * len(ids), PROVENANCE: versions}).with_columns(**columns)


def provenance(**members: Any) -> pl.DataFrame:
    return videos("a", **{PROVENANCE: pl.struct([pl.lit(value).alias(name) for name, value in members.items()])})


def raising() -> Iterator[pa.RecordBatch]:
    yield from videos("a").to_arrow().to_batches()
    raise RuntimeError("the camera is off")


def late(*frames: Any) -> Iterator[Any]:
    yield videos("a")
    yield from frames


def reader_of_different_batches() -> pa.RecordBatchReader:
    one, other = videos("a").to_arrow(), videos("b").drop("size").to_arrow()
    return pa.RecordBatchReader.from_batches(one.schema, iter([*one.to_batches(), *other.to_batches()]))


class Unfinished(mx.BaseFeature):
    id: str


ROWS: dict[str, tuple[Callable[[], Any], type[Exception], list[str]]] = {
    "text for a number": (lambda: videos("a", size=pl.lit("big")), MetadataSchemaError, ["size", "BIGINT", "cast"]),
    "number for a text": (lambda: videos("a", id=pl.lit(5)), MetadataSchemaError, ["id", "VARCHAR", "cast"]),
    "id missing": (lambda: videos("a").drop("id"), MetadataSchemaError, ["id", "missing"]),
    "versions missing": (lambda: videos("a").drop(PROVENANCE), MetadataSchemaError, [PROVENANCE, "missing"]),
    "versions as text": (lambda: videos("a", **{PROVENANCE: pl.lit("1")}), MetadataSchemaError, [PROVENANCE, "struct"]),
    "versions as numbers": (lambda: provenance(audio=1, frames=2), MetadataSchemaError, ["audio", "frames", "text"]),
    "versions of others": (lambda: provenance(audio="1", sound="2"), MetadataSchemaError, ["frames", "sound"]),
    "a version is null": (
        lambda: videos("a").with_columns(pl.Series(PROVENANCE, [{"audio": None, "frames": "2"}], TEXTS)),
        ValueError,
        ["`a`", "metaxy_ columns"],
    ),
    "an id is null": (lambda: videos("a", id=pl.lit(None, pl.String)), ValueError, ["id", "null"]),
    "an id twice": (lambda: videos("a", "a"), ValueError, ["`a`", "one row per sample"]),
    "no columns": (lambda: pl.DataFrame(), MetadataSchemaError, ["columns"]),
    "no batches": (lambda: iter([]), ValueError, ["batch"]),
    "an integer": (lambda: 5, TypeError, ["int", "Polars"]),
    "nothing": (lambda: None, TypeError, ["NoneType", "Polars"]),
    "a path": (lambda: "rows.csv", TypeError, ["str", "Polars"]),
    "batches of integers": (lambda: iter([1, 2]), TypeError, ["int", "Polars"]),
    "Python objects": (
        lambda: videos("a").with_columns(pl.Series("thing", [object()], dtype=pl.Object)),
        TypeError,
        ["thing", "leave the column out"],
    ),
    "a batch lacks a column": (lambda: late(videos("b").drop("size")), ValueError, ["batch 2", "size"]),
    "a batch has another type": (lambda: late(videos("b", size=pl.lit("x"))), ValueError, ["batch 2", "size", "int64"]),
    "a reader with a short batch": (reader_of_different_batches, ValueError, ["batch 2", "size"]),
    "a late batch is none": (lambda: late(5), TypeError, ["int"]),
    "raises on the way": (raising, MetadataStoreError, ["RuntimeError", "the camera is off"]),
}


def check(error: BaseException, words: list[str]) -> None:
    told = f"{error} {error.hint}"  # type: ignore[attr-defined]
    assert all(word in told for word in words), told
    assert error.code and error.hint  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ROWS)
def test_rows_that_cannot_be_written(store: DuckDBMetadataStore, name: str) -> None:
    rows, kind, words = ROWS[name]
    with pytest.raises(kind) as raised:
        store.write(VIDEO, rows())
    check(raised.value, [VIDEO, *words])


def test_the_cause_is_kept(store: DuckDBMetadataStore) -> None:
    for use in (lambda: store.write(VIDEO, raising()), lambda: store.resolve_update(VIDEO, samples=raising())):
        with pytest.raises(MetadataStoreError, match=f"{VIDEO}.*the camera is off") as raised:
            use()
        assert isinstance(raised.value.__cause__, RuntimeError) and "Traceback" not in str(raised.value)
    lazy = videos("a").lazy().with_columns(pl.col("nope"))
    with pytest.raises(pl.exceptions.ColumnNotFoundError, match="nope") as missing:
        store.write(VIDEO, lazy)
    check(missing.value, ["nope"])
    mixed = pd.DataFrame({"id": ["a", 5]})
    with pytest.raises(Exception, match="id") as conversion:
        store.write(VIDEO, mixed)
    check(conversion.value, ["id"])


def test_a_null_column_of_a_later_batch_fits(fresh_graph: mx.FeatureGraph) -> None:
    class Video(mx.BaseFeature, spec=mx.FeatureSpec(key=VIDEO, id_columns=["id"], fields=["audio", "frames"])):
        id: str

    with DuckDBMetadataStore(":memory:").open("w") as store:
        store.write(Video, late(videos("b", size=None).select(PROVENANCE, "size", "id")))
        found = store.read(Video, columns=["id", "size"]).collect().rows()
    assert sorted(found) == [("a", 1), ("b", None)]


def test_samples_that_come_once_can_be_resolved_lazily(store: DuckDBMetadataStore) -> None:
    increment = store.resolve_update(VIDEO, samples=iter([videos("a"), videos("z")]), lazy=True)
    assert collect_to_polars(increment.new)["id"].to_list() == ["a"]
    assert collect_to_polars(increment.orphaned).is_empty() and collect_to_polars(increment.stale).is_empty()


@pytest.mark.parametrize(
    ("use", "feature"),
    [
        (lambda store, wrong: store.read(VIDEO, filters=wrong), VIDEO),
        (lambda store, wrong: store.delete(VIDEO, wrong), VIDEO),
        (lambda store, wrong: store.delete(VIDEO, wrong, soft=False), VIDEO),
        (lambda store, wrong: store.resolve_update(CROP, filters={VIDEO: wrong}), VIDEO),
        (lambda store, wrong: store.resolve_update(CROP, global_filters=wrong), VIDEO),
        (lambda store, wrong: store.resolve_update(CROP, target_filters=wrong), CROP),
        (lambda store, wrong: store.resolve_update(CROP, staleness_predicates=wrong), CROP),
    ],
    ids=["read", "delete", "erase", "filters", "global", "target", "staleness"],
)
@pytest.mark.parametrize("wrong", ["nope = 1", nw.col("nope") == 1], ids=["text", "narwhals"])
def test_filters_on_unknown_columns(store: DuckDBMetadataStore, use: Any, feature: str, wrong: Any) -> None:
    with pytest.raises(ValueError) as raised:
        use(store, wrong)
    check(raised.value, [feature, "`nope`", "columns: id"])


@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.write(Unfinished, videos("a")),
        lambda store: store.read(Unfinished),
        lambda store: store.resolve_update(Unfinished),
        lambda store: mx.FeatureSpec(key="x", id_columns=["id"], deps=[Unfinished]),
        lambda store: Unfinished.table_name(),
    ],
    ids=["write", "read", "resolve", "dependency", "class"],
)
def test_classes_without_spec(store: DuckDBMetadataStore, use: Any) -> None:
    with pytest.raises(AttributeError) as raised:
        use(store)
    check(raised.value, ["Unfinished", "spec=FeatureSpec"])


def test_a_key_that_is_taken(store: DuckDBMetadataStore, fresh_graph: mx.FeatureGraph) -> None:
    before = fresh_graph.get_feature_version(VIDEO)
    with pytest.raises(ValueError) as raised:

        class Other(mx.BaseFeature, spec=mx.FeatureSpec(key=VIDEO, id_columns=["id"], fields=["other"])):
            id: str

    check(raised.value, [VIDEO, "Video", "Other", "another key"])
    assert fresh_graph.get_feature_version(VIDEO) == before


@pytest.mark.parametrize(
    ("use", "words"),
    [
        (lambda store: store.read("nobody"), ["nobody", "video/raw", "import"]),
        (lambda store: store.resolve_update(VIDEO), [VIDEO, "samples"]),
        (lambda store: store.read(VIDEO, feature_version="x"), ["with_feature_history"]),
        (lambda store: store.read(VIDEO, as_of="some day"), ["some day", "2026-01-31"]),
        (lambda store: store.open("x").__enter__(), ["'x'", "'w'"]),
        (lambda store: DuckDBMetadataStore(":memory:", hash_algorithm="rot13"), ["rot13", "sha256"]),
        (lambda store: DuckDBMetadataStore(":memory:", versioning_engine="x"), ["'x'", "polars"]),
        (lambda store: DuckDBMetadataStore(":memory:", fallback_stores=["y"]).open().__enter__(), ["'y'", "init"]),
        (lambda store: DuckDBMetadataStore("/no/such/folder/x.db").open("w").__enter__(), ["/no/such/folder"]),
    ],
    ids=["feature", "root", "version", "time", "mode", "algorithm", "engine", "fallback", "folder"],
)
def test_wrong_arguments(store: DuckDBMetadataStore, use: Any, words: list[str]) -> None:
    with pytest.raises(Exception) as raised:
        use(store)
    check(raised.value, words)
