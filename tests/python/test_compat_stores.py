# SPDX-License-Identifier: Apache-2.0
"""Frames, tables and filters of stores as code written for the reference finds them. Answers are the reference's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
import pytest

import metaxy as mx
from metaxy.ext.duckdb import DuckDBMetadataStore
from metaxy.ext.polars.handlers.delta import DeltaMetadataStore
from metaxy.ext.polars.handlers.iceberg import IcebergMetadataStore
from metaxy.metadata_store.exceptions import FeatureNotFoundError
from metaxy.metadata_store.system import FEATURE_VERSIONS_KEY
from metaxy.utils import collect_to_polars

pytestmark = [
    pytest.mark.usefixtures("compat"),
    pytest.mark.filterwarnings("ignore:AUTO_CREATE_TABLES"),
]
Classes = tuple[type[mx.BaseFeature], type[mx.BaseFeature]]


@pytest.fixture
def classes() -> Classes:
    class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="video", id_columns=["id"])):
        id: str

    class Crop(mx.BaseFeature, spec=mx.FeatureSpec(key="crop", id_columns=["id"], deps=[Video])):
        id: str

    return Video, Crop


def duck() -> Any:
    return DuckDBMetadataStore(":memory:", auto_create_tables=True)


def delta(folder: Path, **given: Any) -> DeltaMetadataStore:
    return DeltaMetadataStore(root_path=str(folder / "delta"), **given)


def rows(*ids: str) -> pl.DataFrame:
    return pl.DataFrame({"id": list(ids), "metaxy_provenance_by_field": [{"default": it} for it in ids]})


def ids(frame: Any) -> list[str]:
    return sorted(collect_to_polars(frame)["id"].to_list())


def test_lazy_increments_of_databases_are_of_ibis(classes: Classes) -> None:
    video, crop = classes
    with duck().open("w") as store:
        store.write(video, rows("a", "b"))
        lazy = store.resolve_update(crop, lazy=True)
        frames = (lazy.new, lazy.stale, lazy.orphaned, lazy.input)
        assert {frame.implementation for frame in frames} == {nw.Implementation.IBIS}
        assert ids(lazy.input) == ids(lazy.collect().new) == ["a", "b"]
        assert lazy.collect().new.implementation == nw.Implementation.PYARROW
        assert store.calculate_input_progress(lazy, crop) == 0.0
        assert lazy.to_polars().collect().new.height == 2
        store.write(crop, lazy.new)
        assert ids(store.resolve_update(crop, lazy=True).new) == []


def test_rebased_records_and_system_tables_of_databases_are_of_ibis(classes: Classes) -> None:
    video, crop = classes
    with duck().open("w") as store:
        store.write(video, rows("a"))
        store.write(crop, store.resolve_update(crop).new)
        mx.SystemTableStorage(store).push_graph_snapshot()
        assert store.rebase(crop, store.read(crop)).implementation == nw.Implementation.IBIS
        recorded = store.read(FEATURE_VERSIONS_KEY, with_feature_history=True)
        assert recorded.implementation == nw.Implementation.IBIS
        assert sorted(collect_to_polars(recorded)["feature_key"].to_list()) == ["crop", "video"]
        snapshots = mx.SystemTableStorage(store).read_graph_snapshots()
        assert snapshots.schema["feature_count"] == pl.UInt32


@pytest.mark.parametrize("kind", ["duckdb", "delta"])
def test_lazy_increments_look_for_upstreams_at_once(kind: str, tmp_path: Path, classes: Classes) -> None:
    store = duck() if kind == "duckdb" else delta(tmp_path)
    with store.open("w"), pytest.raises(FeatureNotFoundError, match="Feature video not found in store"):
        store.resolve_update(classes[1], lazy=True)


@pytest.mark.parametrize("kind", [DeltaMetadataStore, IcebergMetadataStore])
def test_stores_of_files_create_their_tables_always(kind: Any, tmp_path: Path, classes: Classes) -> None:
    path = {"root_path" if kind is DeltaMetadataStore else "warehouse": str(tmp_path / "tables")}
    with kind(**path, auto_create_tables=False).open("w") as store:
        store.write(classes[0], rows("a"))
        assert ids(store.read(classes[0])) == ["a"]


def test_names_of_fallback_stores_are_looked_up_when_they_are_used(tmp_path: Path) -> None:
    store = delta(tmp_path, fallback_stores=["prod"], hash_algorithm=mx.HashAlgorithm.MD5)
    stores: Any = store.fallback_stores
    assert (len(stores), stores.all_resolved) == (1, False)
    with pytest.raises(ValueError, match="Cannot resolve fallback store 'prod'"):
        stores[0]
    config = {"root_path": str(tmp_path / "prod"), "hash_algorithm": "md5"}
    kinds = {"prod": mx.StoreConfig(type=DeltaMetadataStore, config=config)}
    with mx.MetaxyConfig(stores=kinds).use():
        assert [it.name for it in stores] == ["prod"]
    assert stores.all_resolved
    other = delta(tmp_path, fallback_stores=["prod"], hash_algorithm=mx.HashAlgorithm.SHA256)
    with mx.MetaxyConfig(stores=kinds).use(), pytest.raises(ValueError, match="must use the same hash algorithm"):
        other.fallback_stores[0]


def test_loaded_definitions_say_from_which_store(tmp_path: Path, classes: Classes) -> None:
    store = delta(tmp_path)
    with store.open("w"):
        mx.SystemTableStorage(store).push_graph_snapshot()
    spec = mx.FeatureSpec(key="video", id_columns=["id"])
    with mx.FeatureGraph().use() as graph:
        graph.add_feature_definition(mx.FeatureDefinition.external(spec=spec, project="p"))
        assert [it.source for it in mx.sync_external_features(store)] == [store.display()]


def test_lengths_of_digests() -> None:
    from metaxy._hashing import ensure_hash_compatibility, get_hash_truncation_length, truncate_hash

    assert (get_hash_truncation_length(), truncate_hash("0123456789")) == (8, "01234567")
    with mx.MetaxyConfig(hash_truncation_length=10).use():
        assert truncate_hash("0123456789ab") == "0123456789"
    assert ensure_hash_compatibility("0123456789", "01234567")
    assert not ensure_hash_compatibility("0123456789", "7654")


def test_events_have_no_kinds() -> None:
    from metaxy.metadata_store.system import COL_FEATURE_KEY, EVENTS_SCHEMA, EventType
    from metaxy.metadata_store.system.events import ErrorPayload

    assert list(EventType) == []
    assert list(EVENTS_SCHEMA) == ["project", "execution_id", "event_type", "timestamp", COL_FEATURE_KEY, "payload"]
    assert ErrorPayload(error_message="x").model_dump(mode="json")["type"] == "error"


def test_results_of_databases_export_whatever_their_chunks(classes: Classes) -> None:
    """Polars before 2 failed about once in forty times."""
    video, crop = classes
    with duck().open("w") as store:
        store.write(video, rows("a", "b"))
        store.write(crop, store.resolve_update(crop).new)
        for _ in range(100):
            assert store.resolve_update(crop).stale.shape[0] == 0


@pytest.mark.parametrize("kind", ["duckdb", "delta"])
@pytest.mark.parametrize(
    "condition",
    [
        nw.col("id").str.contains("a"),
        nw.col("metaxy_provenance_by_field").struct.field("default") == "a",
    ],
    ids=["contains", "member"],
)
def test_filters(kind: str, condition: nw.Expr, tmp_path: Path, classes: Classes) -> None:
    video, _ = classes
    store = duck() if kind == "duckdb" else delta(tmp_path)
    with store.open("w"):
        store.write(video, rows("a", "b"))
        assert ids(store.read(video, filters=[condition])) == ["a"]
        store.delete(video, [condition])
        assert ids(store.read(video)) == ["b"]
