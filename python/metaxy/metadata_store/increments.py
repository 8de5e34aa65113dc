# SPDX-License-Identifier: Apache-2.0
"""The core's one stream of samples and states as the frames that users know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from metaxy import _settings
from metaxy.models.constants import METAXY_PROVENANCE_BY_FIELD
from metaxy.utils.dataframes import collect_to_polars, interruptible, narwhals_lazy, scan_stream
from metaxy.versioning.types import Increment, LazyIncrement, _Together

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


def _part(frame: pl.DataFrame, state: str, nulls: Sequence[str] = ()) -> pl.DataFrame:
    """Samples of one state; orphaned ones as they are stored, others with columns of no deletion times."""
    import polars as pl

    rows = _rows_of(frame, state)
    if state == "orphaned" and isinstance(frame.schema.get(_PREVIOUS), pl.Struct):
        return rows.select(pl.col(_PREVIOUS).struct.unnest())
    out = rows.drop([_STATE, _PREVIOUS], strict=False)
    if not nulls:
        return out
    none = pl.lit(None, pl.Datetime("us", "UTC"))
    at = out.columns.index(METAXY_PROVENANCE_BY_FIELD)
    return out.select(*out.columns[:at], *(none.alias(name) for name in nulls), *out.columns[at:])


def eager_increment(rows: Any, nulls: Sequence[str] = ()) -> Increment:
    """Reads a stream of resolve_update and takes it apart."""
    import narwhals as nw
    import polars as pl

    with interruptible():
        frame = pl.DataFrame(rows)
    return Increment(*(nw.from_native(_part(frame, state, nulls), eager_only=True) for state in _STATES))


def lazy_increment(
    rows: Callable[[Sequence[str]], Any], expected: Callable[[], Any] | None, nulls: Sequence[str] = ()
) -> LazyIncrement:
    """Frames that ask the store when they are collected. `rows`: gives a stream of some states' samples."""
    # Every state has the same columns: they are asked for once.
    columns = cache(lambda: _empty(rows([])))
    if expected is None or _settings.is_compat():
        columns()  # samples may be such that they are not there later; the reference looks for upstreams at once

    def lazy(state: str, stream: Callable[[], Any]) -> Any:
        return narwhals_lazy(
            scan_stream(
                lambda: _part(columns(), state, nulls).schema,
                lambda _names, _limit, _filters: _part(collect_to_polars(stream()), state, nulls),
            )
        )

    out = LazyIncrement(
        **{state: lazy(state, partial(rows, [state])) for state in _STATES},
        input=None if expected is None else lazy("new", expected),
    )
    out._together = _Together((out.new, out.stale, out.orphaned), lambda: eager_increment(rows([]), nulls))
    return out


def _empty(stream: Any) -> pl.DataFrame:
    """The columns of a stream whose rows nobody reads."""
    import polars as pl
    import pyarrow as pa

    return pl.DataFrame(pa.schema(stream).empty_table())
