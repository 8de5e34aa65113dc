# SPDX-License-Identifier: Apache-2.0
"""Features as Ray datasets, in a real Ray on this machine."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
import pytest

import metaxy as mx
from metaxy.ext.duckdb import DuckDBMetadataStore

ray = pytest.importorskip("ray")

from metaxy.ext.ray import MetaxyDatasink, MetaxyDatasource, MetaxyWriteResult  # noqa: E402

VIDEO, CROP = "video/raw", "video/crop"
CONFIG = mx.MetaxyConfig(project="media")


@pytest.fixture(scope="module", autouse=True)
def running() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        ray.shutdown()  # the page about Ray, which other tests run, starts one of its own
        ray.init(
            num_cpus=1,
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.ERROR,
            object_store_memory=100 * 1024 * 1024,
        )
        ray.data.DataContext.get_current().enable_progress_bars = False
        yield
        ray.shutdown()


@pytest.fixture(autouse=True)
def features(fresh_graph: mx.FeatureGraph) -> None:
    class Video(mx.BaseFeature, spec=mx.FeatureSpec(key=VIDEO, id_columns=["id"], fields=["audio", "frames"])):
        id: str
        size: int | None = None

    class Crop(mx.BaseFeature, spec=mx.FeatureSpec(key=CROP, id_columns=["id"], deps=[Video], fields=["box"])):
        id: str


@pytest.fixture
def store(tmp_path: Path) -> mx.MetadataStore:
    return DuckDBMetadataStore(tmp_path / "store.duckdb")


def write_videos(store: mx.MetadataStore, ids: list[str], version: str = "1") -> None:
    fields = {"audio": version, "frames": version}
    rows = [{"id": id, "size": len(id), "metaxy_provenance_by_field": fields} for id in ids]
    with store.open("w"):
        store.write(VIDEO, pl.DataFrame(rows))


def read(feature: str, store: mx.MetadataStore, **options: Any) -> list[dict[str, Any]]:
    return ray.data.read_datasource(MetaxyDatasource(feature, store, CONFIG, **options)).take_all()


def test_all_rows_of_a_feature(store: mx.MetadataStore) -> None:
    write_videos(store, [f"{i:06}" for i in range(70_000)])
    dataset = ray.data.read_datasource(MetaxyDatasource(VIDEO, store, CONFIG))
    assert dataset.count() == 70_000
    batches = list(dataset.iter_batches(batch_size=None, batch_format="pyarrow"))
    assert len(batches) > 1
    assert len({id for batch in batches for id in batch["id"].to_pylist()}) == 70_000
    (first,) = dataset.take(1)
    assert first["metaxy_data_version_by_field"] == {"audio": "1", "frames": "1"}
    assert "metaxy_status" not in first


def test_columns_filters_and_histories(store: mx.MetadataStore) -> None:
    write_videos(store, ["a", "bb", "ccc"])
    write_videos(store, ["a"], version="2")
    assert read(VIDEO, store, columns=["id"], filters=nw.col("size") > 1) == [{"id": "bb"}, {"id": "ccc"}]
    assert len(read(VIDEO, store, with_sample_history=True)) == 4
    assert read(VIDEO, store, filters="id = 'nope'") == []


def test_what_must_be_computed_is_read_and_written(store: mx.MetadataStore) -> None:
    write_videos(store, ["a", "b", "c"])
    sink = MetaxyDatasink(CROP, store, CONFIG)
    with pytest.raises(RuntimeError, match="not been written yet"):
        _ = sink.result
    source = MetaxyDatasource(CROP, store, CONFIG, incremental=True)
    ray.data.read_datasource(source).write_datasink(sink)
    assert sink.result == MetaxyWriteResult(rows_written=3, rows_failed=0)
    with store:
        stored = store.read(CROP).collect()
    assert sorted(stored["id"]) == ["a", "b", "c"]
    assert "metaxy_status" not in stored.columns
    assert stored["metaxy_project_version"].unique().to_list() == [mx.current_graph().project_version]

    write_videos(store, ["b"], version="2")
    write_videos(store, ["d"])
    found = read(CROP, store, incremental=True)
    assert [(row["id"], row["metaxy_status"]) for row in found] == [("d", "new"), ("b", "stale")]
    found = read(CROP, store, incremental=True, columns=["id"], filters="id != 'a'")
    assert [tuple(row.values()) for row in found[-1:]] == [("b", "stale")]
    assert sorted(row["id"] for row in found if row["metaxy_status"] == "new") == ["a", "d"]
    found = read(CROP, store, incremental=True, staleness_predicates=nw.col("id") == "a", columns=["id"])
    assert [(row["id"], row["metaxy_status"]) for row in found if row["id"] == "a"] == [("a", "stale")]


def test_nothing_to_compute(store: mx.MetadataStore) -> None:
    write_videos(store, ["a"])
    sink = MetaxyDatasink(CROP, store, CONFIG)
    for written in (1, 0):
        ray.data.read_datasource(MetaxyDatasource(CROP, store, CONFIG, incremental=True)).write_datasink(sink)
        assert sink.result == MetaxyWriteResult(written, 0)


def test_rows_that_cannot_be_written_are_counted(store: mx.MetadataStore) -> None:
    sink = MetaxyDatasink(VIDEO, store, CONFIG)
    ray.data.from_items([{"id": "a"}, {"id": "b"}]).write_datasink(sink)
    assert sink.result == MetaxyWriteResult(rows_written=0, rows_failed=2)
    with store:
        assert not store.has_feature(VIDEO)


def test_tasks_follow_the_rules_of_the_driver(
    store: mx.MetadataStore, compat: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ray's workers do not see the environment variables of the driver."""
    store = DuckDBMetadataStore(store.database, auto_create_tables=True)  # type: ignore[attr-defined]
    sink = MetaxyDatasink(VIDEO, store, CONFIG)
    rows = [{"id": "a", "metaxy_provenance_by_field": {"audio": "1", "frames": "1"}}]
    ray.data.from_items(rows).write_datasink(sink)
    with store:
        (version,) = store.read(VIDEO).collect()["metaxy_feature_version"]
    assert len(version) == 8


def test_what_cannot_be_is_refused(store: mx.MetadataStore) -> None:
    with pytest.raises(ValueError, match="in this process's memory"):
        MetaxyDatasource(VIDEO, DuckDBMetadataStore(":memory:"), CONFIG)
    with pytest.raises(ValueError, match="with_sample_history cannot be combined with incremental"):
        MetaxyDatasource(VIDEO, store, CONFIG, incremental=True, with_sample_history=True)
    with pytest.raises(ValueError, match="staleness_predicates need incremental"):
        MetaxyDatasource(VIDEO, store, CONFIG, staleness_predicates="size = 1")


def test_tasks_find_stores_by_relative_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    behind = DuckDBMetadataStore("behind.duckdb")
    write_videos(behind, ["a"])
    store = DuckDBMetadataStore("before.duckdb", fallback_stores=[behind])
    assert read(VIDEO, store, columns=["id"]) == [{"id": "a"}]
    with pytest.raises(ValueError, match="in this process's memory"):
        MetaxyDatasink(VIDEO, DuckDBMetadataStore("x.duckdb", fallback_stores=[DuckDBMetadataStore()]), CONFIG)


def test_without_a_configuration_the_active_one_counts(store: mx.MetadataStore) -> None:
    with CONFIG.use():
        source = MetaxyDatasource(VIDEO, store)
    assert source._surroundings.config.project == "media"
