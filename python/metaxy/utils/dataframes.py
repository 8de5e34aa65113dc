# SPDX-License-Identifier: Apache-2.0
"""Frames of other libraries: what goes into the core as Arrow, what comes out of it."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from metaxy._errors import InvalidArgumentError, InvalidFrameError, with_code

if TYPE_CHECKING:
    import narwhals as nw
    import polars as pl
    import pyarrow as pa

__all__ = ["arrow_source", "collect_to_arrow", "collect_to_polars", "lazy_polars", "scan_stream"]


def _native(frame: Any) -> Any:
    to_native = getattr(frame, "to_native", None)
    return to_native() if to_native is not None and type(frame).__module__.startswith("narwhals") else frame


def collect_to_polars(frame: Any) -> pl.DataFrame:
    """Any frame as an eager Polars frame."""
    import polars as pl

    native = _native(frame)
    if isinstance(native, pl.LazyFrame):
        return native.collect()
    if isinstance(native, pl.DataFrame):
        return native
    return pl.DataFrame(arrow_source(native))


def collect_to_arrow(frame: Any) -> pa.Table:
    """Any frame as a PyArrow table."""
    import pyarrow as pa

    native = _native(frame)
    if isinstance(native, pa.Table):
        return native
    return pa.RecordBatchReader.from_stream(arrow_source(native)).read_all()


def lazy_polars(frame: Any) -> pl.LazyFrame:
    """Any frame as a lazy Polars frame."""
    import polars as pl

    native = _native(frame)
    return native if isinstance(native, pl.LazyFrame) else collect_to_polars(native).lazy()


def arrow_source(frame: Any) -> Any:
    """Something with `__arrow_c_stream__` for whatever users call a frame: Polars, Pandas, PyArrow, DuckDB relations,
    Ibis tables, Narwhals frames around them, dicts of columns, iterables of batches.

    Raises:
        InvalidFrameError: for anything else, by the name of its type.
    """
    native = _native(frame)
    module = type(native).__module__.partition(".")[0]
    if module == "polars" and type(native).__name__ == "LazyFrame":
        return native.collect()
    if module == "ibis":
        return native.to_pyarrow_batches()
    if module == "duckdb":
        return native.fetch_record_batch() if not hasattr(native, "__arrow_c_stream__") else native
    if hasattr(native, "__arrow_c_stream__"):
        return native
    if isinstance(native, dict) or _is_list_of_rows(native):
        import polars as pl

        return pl.DataFrame(native)
    if isinstance(native, Iterable) and not isinstance(native, (str, bytes)):
        return _batches(native)
    raise with_code(
        InvalidFrameError(f"{type(frame).__name__} is no frame: it has no __arrow_c_stream__"),
        "invalid_argument",
        "give a Polars, Pandas, PyArrow, DuckDB, Ibis or Narwhals frame, or an iterable of Arrow batches",
    )


def _is_list_of_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


def _batches(batches: Iterable[Any]) -> Any:
    """One Arrow stream of many frames, read one after the other."""
    import pyarrow as pa

    def parts() -> Iterator[pa.RecordBatch]:
        for frame in batches:
            if isinstance(frame, pa.RecordBatch):
                yield frame
            else:
                yield from pa.RecordBatchReader.from_stream(arrow_source(frame))

    stream = parts()
    try:
        first = next(stream)
    except StopIteration:
        raise InvalidArgumentError("an iterable of batches without any batch has no columns") from None

    def all_parts() -> Iterator[pa.RecordBatch]:
        yield first
        yield from stream

    return pa.RecordBatchReader.from_batches(first.schema, all_parts())


def scan_stream(schema: Callable[[], pl.Schema], rows: Callable[[list[str] | None, int | None], Any]) -> pl.LazyFrame:
    """A lazy Polars frame over a stream of the core.

    Args:
        schema: tells the frame's columns when they are asked for.
        rows: gives a stream of some columns (None: all), and of the first rows (None: all).
    """
    import polars as pl
    from polars.io.plugins import register_io_source

    def source(
        with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        yield context.copy().run(read, with_columns, predicate, n_rows)

    def read(with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None) -> pl.DataFrame:
        limit = n_rows if predicate is None else None
        frame = pl.DataFrame(rows(with_columns, limit))
        if with_columns is not None:
            frame = frame.select(with_columns)
        if predicate is not None:
            frame = frame.filter(predicate)
        return frame if n_rows is None else frame.head(n_rows)

    # Polars reads on threads of its own, which do not know the active graph.
    context = contextvars.copy_context()
    return register_io_source(source, schema=lambda: context.copy().run(schema), validate_schema=False)


def same_kind(frame: Any, rows: Any) -> Any:
    """A stream as a Narwhals frame that is as eager or lazy as `frame`."""
    import narwhals as nw
    import polars as pl

    out = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(rows)
    is_lazy = isinstance(frame, nw.LazyFrame) or isinstance(_native(frame), pl.LazyFrame)
    return nw.from_native(out.lazy() if is_lazy else out)


def narwhals_lazy(frame: pl.LazyFrame) -> nw.LazyFrame[Any]:
    import narwhals as nw

    return nw.from_native(frame)
