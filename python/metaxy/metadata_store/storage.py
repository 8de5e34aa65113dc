# SPDX-License-Identifier: Apache-2.0
"""Stores of your own: say how tables are kept, and the core computes everything else.

    class FolderStorage(TableStorage): ...          # seven methods over Arrow

    class FolderMetadataStore(StorageMetadataStore):
        def connect(self, mode):
            return FolderStorage(self.folder)
"""

from __future__ import annotations

import datetime
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import Field

from metaxy import _core, _settings
from metaxy._times import read_time
from metaxy.metadata_store.base import MetadataStore, MetadataStoreConfig
from metaxy.metadata_store.exceptions import MetadataStoreError
from metaxy.metadata_store.types import AccessMode
from metaxy.utils.dataframes import arrow_source

__all__ = ["Condition", "StorageMetadataStore", "StorageMetadataStoreConfig", "StoredTable", "TableStorage"]


@dataclass(frozen=True)
class StoredTable:
    """What is known of a table without reading its rows.

    Args:
        schema: the columns: a PyArrow schema, or whatever else has `__arrow_c_schema__`.
        state: a text that changes whenever the rows do, such as a snapshot's number. With it the core keeps rows that
            it has read for as long as they are current; without it every question reads them again.
    """

    schema: Any
    state: str | None = None


class Condition(NamedTuple):
    """`column operator value`. Operators are `==`, `!=`, `<`, `<=`, `>`, `>=`, `in` (the value is a tuple), `is_null` and
    `is_not_null` (the value is None). Values are texts, integers, booleans, dates and datetimes with a zone; the column
    is of the value's type."""

    column: str
    operator: str
    value: Any


class TableStorage(ABC):
    """A place that keeps tables. A session of a store has one, uses it from one thread at a time, and closes it.

    Rows come in and go out as anything with `__arrow_c_stream__`: PyArrow tables and readers, Polars frames, and so on.
    What a method raises reaches the caller of the store as it is.
    """

    @abstractmethod
    def tables(self) -> list[str]:
        """Names of all tables."""

    @abstractmethod
    def describe(self, table: str) -> StoredTable | None:
        """What is known of a table; None when it is not there."""

    @abstractmethod
    def scan(self, table: str, columns: Sequence[str], conditions: Sequence[Condition]) -> Any:
        """These columns of a table, rows in the order in which they were appended. `conditions` (all of them hold for
        what is needed) are a hint: rows for which they do not hold are left out later."""

    @abstractmethod
    def append(self, table: str, rows: Any) -> None:
        """Adds rows, all or none. A table that is not there is created with the columns of `rows`; columns and struct
        members that it lacks are added; columns that `rows` lack become null. Every reading of `rows` starts anew, until
        this returns."""

    @abstractmethod
    def delete(self, table: str, keys: Any) -> None:
        """Deletes the rows that equal one of `keys` in all its columns; null equals nothing."""

    @abstractmethod
    def drop(self, table: str) -> None:
        """Removes a table."""

    def maintain(self, keep: datetime.timedelta, dry_run: bool) -> list[str]:
        """Merges files, and removes what only states older than `keep` need, so that no record is lost. Returns what is
        done for people, or with `dry_run` what would be; nothing where there is nothing to do."""
        return []

    def close(self) -> None:
        """Lets go of connections and files."""


class StorageMetadataStoreConfig(MetadataStoreConfig):
    """Settings of every store on a TableStorage."""

    memory_limit: str | None = Field(default=None, description="held in memory at most, for example 8GB")


class StorageMetadataStore(MetadataStore):
    """Base of stores on a TableStorage. Versions, comparisons and filters are computed by the core's own engine in
    memory, with all hash algorithms. A write of one feature is as atomic as the storage's `append`; a write of several
    features goes one after the other.

    Args:
        memory_limit: what the engine holds at most, for example `8GB`; what needs more goes to files in the temporary
            folder. Absent: 3 GiB, or 80 % of the memory that there is, whichever is less.
    """

    def __init__(self, *, memory_limit: str | None = None, **kwargs: Any) -> None:
        self.memory_limit = memory_limit
        super().__init__(**kwargs)

    def connect(self, mode: AccessMode) -> TableStorage:
        """A new handle on the tables, to be read (`r`) or also written (`w`)."""
        raise NotImplementedError(f"{type(self).__name__} lacks `connect`, which gives its TableStorage")

    def location(self) -> str:
        """Where the tables are, for messages; without secrets."""
        return type(self).__name__

    def display(self) -> str:
        return f"{type(self).__name__}({self.location()})"

    def reached_by(self) -> str | None:
        """Which setting says how an object storage is reached, for remedies; None when the tables are not in one."""
        return None

    def _creates_tables(self, config: Any) -> bool:
        if _settings.is_compat():
            return True  # as the reference's stores of files do, whatever they are told
        return super()._creates_tables(config)

    def _make_description(self) -> _core.Store:
        # The store has its sessions, and they call `connect`: a weak reference keeps that from being a circle.
        connect = weakref.WeakMethod(self.connect)
        location, settings = self.location(), self.reached_by()
        return _core.storage_store(
            type(self).__name__,
            location,
            lambda mode: _storage_of(connect(), mode, location, settings),
            self.memory_limit or "",
        )


def _storage_of(
    connect: Callable[[AccessMode], TableStorage] | None, mode: AccessMode, location: str, settings: str | None
) -> TableStorage:
    from metaxy.metadata_store.object_storage import ExplainedStorage, explained

    if connect is None:
        raise MetadataStoreError("the store of this session is gone")
    with explained(location, settings) if settings else nullcontext():
        storage = connect(mode)
    if not isinstance(storage, TableStorage):
        raise MetadataStoreError(f"connect should give a TableStorage and gave {type(storage).__name__}")
    return ExplainedStorage(storage, location, settings) if settings else storage


def tables_of(storage: TableStorage) -> list[str]:
    return [str(name) for name in storage.tables()]


def describe_table(storage: TableStorage, table: str) -> tuple[Any, str | None] | None:
    described = storage.describe(table)
    if described is None:
        return None
    if not isinstance(described, StoredTable):
        raise _misused(storage, "describe", "a StoredTable or None", described)
    if not hasattr(described.schema, "__arrow_c_schema__"):
        raise _misused(storage, "describe", "a schema with __arrow_c_schema__", described.schema)
    return described.schema, None if described.state is None else str(described.state)


def scan_table(
    storage: TableStorage, table: str, columns: list[str], conditions: list[tuple[str, str, list[Any]]]
) -> Any:
    return arrow_source(storage.scan(table, columns, _conditions(conditions)))


def maintain(storage: TableStorage, keep_seconds: int, dry_run: bool) -> list[str]:
    return [str(line) for line in storage.maintain(datetime.timedelta(seconds=keep_seconds), dry_run)]


def _conditions(plain: list[tuple[str, str, list[Any]]]) -> list[Condition]:
    out = []
    for column, operator, values in plain:
        try:
            read = [_value(value) for value in values]
        except ValueError:  # times can be written in more ways than Python reads; a hint can be left out
            continue
        out.append(Condition(column, operator, tuple(read) if operator == "in" else (read[0] if read else None)))
    return out


def _value(value: Any) -> Any:
    if not isinstance(value, tuple):
        return value
    kind, text = value
    if kind == "date":
        return datetime.date.fromisoformat(text)
    out = read_time(text)
    if out.tzinfo is None:
        raise ValueError(f"{text} has no zone")
    return out


def _misused(storage: TableStorage, method: str, expected: str, got: Any) -> MetadataStoreError:
    return MetadataStoreError(
        f"{type(storage).__name__}.{method} should give {expected} and gave {type(got).__name__}"
    )
