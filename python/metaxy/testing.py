# SPDX-License-Identifier: Apache-2.0
"""Fixtures and assertions for the tests of users; pytest finds the fixtures by itself (plugin `metaxy`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from metaxy import FeatureGraph, Increment, LazyIncrement, MetaxyConfig, PolarsIncrement, PolarsLazyIncrement
    from metaxy.ext.duckdb import DuckDBMetadataStore

__all__ = ["assert_increment", "metaxy_graph", "metaxy_project", "metaxy_store"]


@pytest.fixture
def metaxy_graph() -> Iterator[FeatureGraph]:
    """An empty graph, active during the test."""
    from metaxy import FeatureGraph

    with FeatureGraph().use() as graph:
        yield graph


@pytest.fixture
def metaxy_store(metaxy_graph: FeatureGraph) -> Iterator[DuckDBMetadataStore]:
    """A store in memory, open for writing, with an empty graph."""
    from metaxy.ext.duckdb import DuckDBMetadataStore

    with DuckDBMetadataStore(":memory:", name="test", auto_create_tables=True).open("w") as store:
        yield store


@pytest.fixture
def metaxy_project(tmp_path: Path, metaxy_graph: FeatureGraph) -> Iterator[MetaxyConfig]:
    """A project in a temporary folder: an empty graph, and an active configuration with one DuckDB file as store."""
    from metaxy import MetaxyConfig

    file = tmp_path / "metaxy.toml"
    file.write_text(
        'project = "test"\nstore = "dev"\n\n[stores.dev]\ntype = "metaxy.ext.duckdb.DuckDBMetadataStore"\n\n'
        f'[stores.dev.config]\ndatabase = "{(tmp_path / "metaxy.duckdb").as_posix()}"\nauto_create_tables = true\n',
        encoding="utf-8",
    )
    before = MetaxyConfig._process[:]
    config = MetaxyConfig.load(file)
    try:
        with config.use():
            yield config
    finally:
        MetaxyConfig._process[:] = before


def assert_increment(
    increment: Increment | LazyIncrement | PolarsIncrement | PolarsLazyIncrement,
    *,
    new: Iterable[Any] = (),
    stale: Iterable[Any] = (),
    orphaned: Iterable[Any] = (),
    by: str | None = None,
) -> None:
    """Checks which samples an increment has, by the values of one id column.

    Args:
        increment: what `resolve_update` gives, lazy or not, or its `to_polars()`.
        by: the column; absent: the first one of the increment.

    Raises:
        AssertionError: telling what was expected and what was found, for each state that differs.

    Examples:
        >>> import polars as pl
        >>> from metaxy import PolarsIncrement
        >>> nothing = pl.DataFrame(schema={"id": pl.String})
        >>> assert_increment(PolarsIncrement(pl.DataFrame({"id": ["a", "b"]}), nothing, nothing), new=["b", "a"])
    """
    from metaxy.utils.dataframes import collect_to_polars

    __tracebackhide__ = True
    collected = increment if isinstance(increment, tuple) else increment.collect()
    wrong = []
    for state, wanted in (("new", new), ("stale", stale), ("orphaned", orphaned)):
        frame = collect_to_polars(getattr(collected, state))
        found, expected = sorted(frame[by or frame.columns[0]].to_list()), sorted(wanted)
        if found != expected:
            wrong.append(f"{state}: expected {expected}, found {found}")
    if wrong:
        raise AssertionError("; ".join(wrong))
