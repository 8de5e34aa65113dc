# SPDX-License-Identifier: Apache-2.0
"""The core's one stream of samples and states as the frames that users know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from metaxy.utils.dataframes import narwhals_lazy, scan_stream
from metaxy.versioning.types import Increment, LazyIncrement

if TYPE_CHECKING:
    import polars as pl

_STATE = "metaxy_increment"
_PREVIOUS = "metaxy_previous"
_STATES = ("new", "stale", "orphaned")


def _rows_of(frame: pl.DataFrame, state: str) -> pl.DataFrame:
    """Rows of one state; most increments have one state only, and are not copied."""
    import polars as pl

    matching = frame[_STATE] == state
    found = matching.sum()
    if found in (0, frame.height):
        return frame if found else frame.clear()
    return frame.filter(pl.lit(matching))


def _part(frame: pl.DataFrame, state: str) -> pl.DataFrame:
    """Samples of one state; orphaned ones as they are stored."""
    import polars as pl

    rows = _rows_of(frame, state)
    if state == "orphaned" and isinstance(frame.schema.get(_PREVIOUS), pl.Struct):
        return rows.select(pl.col(_PREVIOUS).struct.unnest())
    return rows.drop([_STATE, _PREVIOUS], strict=False)


def eager_increment(rows: Any) -> Increment:
    """Reads a stream of resolve_update and takes it apart."""
    import narwhals as nw
    import polars as pl

    frame = pl.DataFrame(rows)
    return Increment(*(nw.from_native(_part(frame, state), eager_only=True) for state in _STATES))


def lazy_increment(rows: Callable[[Sequence[str]], Any], expected: Callable[[], Any] | None) -> LazyIncrement:
    """Frames that ask the store when they are collected. `rows`: gives a stream of some states' samples."""
    import polars as pl

    empty = pl.DataFrame(rows(_STATES)).clear() if expected is None else None

    def lazy(state: str) -> Any:
        def read(columns: list[str] | None, limit: int | None) -> pl.DataFrame:
            return _part(pl.DataFrame(rows([state])), state)

        def schema() -> pl.Schema:
            return _part(empty if empty is not None else pl.DataFrame(rows([state])).clear(), state).schema

        return narwhals_lazy(scan_stream(schema, read))

    def read_expected(columns: list[str] | None, limit: int | None) -> pl.DataFrame:
        assert expected is not None
        return _part(pl.DataFrame(expected()), "new")

    return LazyIncrement(
        new=lazy("new"),
        stale=lazy("stale"),
        orphaned=lazy("orphaned"),
        input=None
        if expected is None
        else narwhals_lazy(scan_stream(lambda: read_expected(None, None).schema, read_expected)),
    )
