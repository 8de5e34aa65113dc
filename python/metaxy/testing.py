# SPDX-License-Identifier: Apache-2.0
"""Fixtures and assertions for the tests of users; pytest finds the fixtures by itself (plugin `metaxy`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from metaxy import FeatureGraph, MetaxyConfig
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
    increment: Any,
    *,
    new: Iterable[Any] = (),
    stale: Iterable[Any] = (),
    orphaned: Iterable[Any] = (),
    by: str | None = None,
) -> None:
    """Checks which samples an increment has, by the values of one id column.

    Args:
        by: the column; absent: the first one of the increment.

    Raises:
        AssertionError: telling what is missing and what is too much.
    """
    parts = increment.to_polars().collect() if hasattr(increment, "input") else increment.to_polars()
    wrong = []
    for state, wanted in (("new", new), ("stale", stale), ("orphaned", orphaned)):
        frame = getattr(parts, state)
        found, expected = sorted(frame[by or frame.columns[0]].to_list()), sorted(wanted)
        if found != expected:
            wrong.append(f"{state}: expected {expected}, found {found}")
    assert not wrong, "; ".join(wrong)
