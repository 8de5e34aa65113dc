# SPDX-License-Identifier: Apache-2.0
"""Many threads use one store: nobody fails, nothing is lost, and who reads sees whole writes."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import metaxy as mx
from metaxy.ext.duckdb import DuckDBMetadataStore
from metaxy.utils import collect_to_polars

WRITERS, READERS, TURNS, ROWS = 4, 8, 6, 25


@pytest.fixture
def features(fresh_graph: mx.FeatureGraph) -> mx.FeatureGraph:
    class Text(mx.BaseFeature, spec=mx.FeatureSpec(key="text", id_columns=["id"])):
        id: str
        batch: str

    class Word(mx.BaseFeature, spec=mx.FeatureSpec(key="word", id_columns=["id"], deps=[Text])):
        id: str

    return fresh_graph


def texts(batch: str) -> pl.DataFrame:
    ids = [f"{batch}-{number}" for number in range(ROWS)]
    return pl.DataFrame({"id": ids, "batch": batch, "metaxy_provenance_by_field": [{"default": "1"}] * ROWS})


def together(graph: mx.FeatureGraph, works: list[Callable[[], None]]) -> None:
    """Runs works at the same time, each in a thread with the graph. Raises: what the first of them raised."""
    failed: list[BaseException] = []
    start = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        try:
            with graph.use():
                start.wait(30)
                work()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive(), "a thread waits for ever"
    if failed:
        raise failed[0]


def is_whole(batches: list[str]) -> bool:
    return all(count == ROWS for count in Counter(batches).values())


@pytest.mark.parametrize(
    ("place", "shared"),
    [("memory", True), ("file", True), ("file", False)],
    ids=["memory", "file", "file of many objects"],
)
def test_readers_beside_writers(features: mx.FeatureGraph, tmp_path: Path, place: str, shared: bool) -> None:
    database: Any = ":memory:" if place == "memory" else tmp_path / "texts.duckdb"
    store = DuckDBMetadataStore(database)

    def own() -> DuckDBMetadataStore:
        return store if shared else DuckDBMetadataStore(database)

    def write(number: int) -> None:
        with own().open("w") as opened:
            for turn in range(TURNS):
                opened.write("text", texts(f"{number}x{turn}"))

    def read() -> None:
        with own() as opened:
            for _ in range(TURNS):
                assert is_whole(collect_to_polars(opened.read("text"))["batch"].to_list())

    def resolve() -> None:
        with own() as opened:
            for turn in range(TURNS):
                found = opened.resolve_update("word", lazy=turn % 2 == 1)
                assert is_whole(collect_to_polars(found.new)["batch"].to_list())

    with store.open("w"):
        store.write("text", texts("start"))
        works: list[Callable[[], None]] = [lambda number=number: write(number) for number in range(WRITERS)]  # type: ignore[misc]
        together(features, [*works, *[read] * (READERS // 2), *[resolve] * (READERS // 2)])
        assert collect_to_polars(store.read("text")).height == ROWS * (1 + WRITERS * TURNS)
        assert collect_to_polars(store.resolve_update("word").new).height == ROWS * (1 + WRITERS * TURNS)


def test_the_same_samples_by_many_threads(features: mx.FeatureGraph) -> None:
    """Every write counts once, and the latest of all is the sample's."""
    with DuckDBMetadataStore(":memory:").open("w") as store:

        def write(number: int) -> None:
            for _ in range(TURNS):
                store.write("text", texts("same").with_columns(batch=pl.lit(str(number))))

        together(features, [lambda number=number: write(number) for number in range(WRITERS)])  # type: ignore[misc]
        history = collect_to_polars(store.read("text", with_sample_history=True))
        latest = collect_to_polars(store.read("text"))
    assert history.height == ROWS * WRITERS * TURNS and latest.height == ROWS
    assert history["metaxy_updated_at"].n_unique() == WRITERS * TURNS
    assert latest["batch"].n_unique() == 1
    assert latest["metaxy_updated_at"].unique().to_list() == [history["metaxy_updated_at"].max()]
