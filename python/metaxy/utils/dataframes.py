# SPDX-License-Identifier: Apache-2.0
"""Frames of other libraries: what goes into the core as Arrow, what comes out of it."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any

from metaxy._errors import InvalidArgumentError, InvalidFrameError, with_code, with_note

if TYPE_CHECKING:
    import narwhals as nw
    import polars as pl
    import pyarrow as pa

__all__ = ["arrow_source", "collect_to_arrow", "collect_to_polars", "lazy_polars", "rows_for", "scan_stream"]


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


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C while Polars reads is KeyboardInterrupt, not the error that Polars makes of a stream that broke off."""
    import polars as pl

    try:
        yield
    except pl.exceptions.ComputeError as error:
        if "KeyboardInterrupt" in str(error) or "interrupted" in str(error):
            raise KeyboardInterrupt from error
        raise


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
    if module == "polars":
        return _without_objects(native.collect() if type(native).__name__ == "LazyFrame" else native)
    if module == "pyarrow" and type(native).__name__ == "RecordBatchReader":
        return RowSource(native, native.schema)
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


def _without_objects(frame: Any) -> Any:
    """Raises: InvalidFrameError for columns of Python objects, which Arrow would hand over as addresses."""
    import polars as pl

    for name, dtype in getattr(frame, "schema", {}).items():
        if dtype == pl.Object:
            raise with_code(
                InvalidFrameError(f"column `{name}` has Python objects in it, which cannot be stored"),
                "invalid_argument",
                "make texts, numbers, lists or structs of them, or leave the column out",
            )
    return frame


class RowSource:
    """Batches on their way into the core, which are alike; `.error` is what went wrong in Python on the way."""

    def __init__(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
        self.error: Exception | None = None
        self._batches: Iterable[pa.RecordBatch] | None = batches
        self._schema = schema

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        import pyarrow as pa

        if self._batches is None:
            raise with_code(
                InvalidArgumentError("the rows have been read already, and come only once"),
                "invalid_argument",
                "collect them into a frame to use them twice",
            )
        reader = pa.RecordBatchReader.from_batches(self._schema, self._checked(self._batches))
        self._batches = None
        return reader.__arrow_c_stream__(requested_schema)

    def _checked(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        try:
            for number, batch in enumerate(batches, start=1):
                yield _like(self._schema, batch, number)
        except Exception as error:
            self.error = error
            raise


def _like(schema: pa.Schema, batch: pa.RecordBatch, number: int) -> pa.RecordBatch:
    """A batch with the columns of the first one in its order. Raises: InvalidArgumentError."""
    import pyarrow as pa

    if batch.schema.names == schema.names and batch.schema.types == schema.types:
        return batch
    hint = "give all batches the same columns, of the same types"
    if different := sorted({*batch.schema.names} ^ {*schema.names}):
        text = f"only one of batch {number} and the first batch has {', '.join(f'`{name}`' for name in different)}"
        raise with_code(InvalidArgumentError(text), "invalid_argument", hint)
    columns = []
    for field in schema:
        column = batch.column(batch.schema.get_field_index(field.name))
        if column.type != field.type and not pa.types.is_null(column.type):
            text = f"column `{field.name}` of batch {number} is {column.type}, that of the first batch is {field.type}"
            raise with_code(InvalidArgumentError(text), "invalid_argument", hint)
        columns.append(column if column.type == field.type else pa.nulls(batch.num_rows, field.type))
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _batches(batches: Iterable[Any]) -> RowSource:
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
        raise with_code(
            InvalidArgumentError("an iterable of batches without any batch has no columns"),
            "invalid_argument",
            "give at least one batch, which may be empty",
        ) from None
    return RowSource(chain([first], stream), first.schema)


def rereadable(source: Any) -> Any:
    """A source of rows that can be read more than once."""
    import pyarrow as pa

    return pa.RecordBatchReader.from_stream(source).read_all() if isinstance(source, RowSource) else source


@contextmanager
def rows_for(what: str, frame: Any) -> Iterator[Any]:
    """`arrow_source` of a frame for the core to read within the block. Whatever goes wrong in Python while rows are
    read says what the rows are for.

    Raises:
        InvalidArgumentError: the frame is none, or its batches are not alike.
        MetadataStoreError: what makes the rows raises on the way; that is the cause.
    """
    from metaxy.metadata_store.exceptions import MetadataStoreError

    source = None
    try:
        source = arrow_source(frame)
        yield source
    except MetadataStoreError:
        if (error := getattr(source, "error", None)) is None:
            raise
        raise _about_rows(what, error) from error
    except InvalidArgumentError as error:
        if source is not None:
            raise
        raise _about_rows(what, error) from error.__cause__
    except Exception as error:
        if not hasattr(error, "code"):
            with_code(error, "invalid_argument", "mend the frame; nothing was done with it")
            with_note(error, f"while reading the rows for {what}")
        raise


def _about_rows(what: str, error: Exception) -> Exception:
    from metaxy.metadata_store.exceptions import MetadataStoreError

    text = f"the rows for {what} cannot be read, so nothing was done"
    if isinstance(error, InvalidArgumentError):
        return with_code(type(error)(f"{text}: {error}"), error.code, error.hint)  # type: ignore[attr-defined]
    return with_code(
        MetadataStoreError(f"{text}: {type(error).__name__}: {error}"),
        "invalid_argument",
        "mend what makes the rows, and do it again",
    )


def scan_stream(
    schema: Callable[[], pl.Schema], rows: Callable[[list[str] | None, int | None, list[str]], Any]
) -> pl.LazyFrame:
    """A lazy Polars frame over a stream of the core.

    Args:
        schema: tells the frame's columns when they are asked for.
        rows: gives a stream of some columns (None: all), of the first rows (None: all), and, where it can, only of
            rows that meet some conditions.
    """
    import polars as pl
    from polars.io.plugins import register_io_source

    from metaxy._predicates import pushed_filters

    def stored(names: list[str] | None, limit: int | None, filters: list[str]) -> pl.DataFrame:
        try:
            return pl.DataFrame(rows(names, limit, filters))
        except Exception:
            # Whatever a store makes of a condition, Polars can evaluate it.
            if not filters:
                raise
            return pl.DataFrame(rows(names, limit, []))

    def source(
        with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        yield context.copy().run(read, with_columns, predicate, n_rows)

    def read(with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None) -> pl.DataFrame:
        limit = n_rows if predicate is None else None
        frame = stored(with_columns, limit, [] if predicate is None else pushed_filters(predicate, schema()))
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
