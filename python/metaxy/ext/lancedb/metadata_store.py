# SPDX-License-Identifier: Apache-2.0
"""Stores in LanceDB, through its official library."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from metaxy.ext.polars.handlers._sql import conjunction
from metaxy.metadata_store.arrow_schemas import fitted, refuse_types
from metaxy.metadata_store.retry import retried
from metaxy.metadata_store.storage import (
    Condition,
    StorageMetadataStore,
    StorageMetadataStoreConfig,
    StoredTable,
    TableStorage,
)
from metaxy.metadata_store.stored_keys import conditions_of_keys
from metaxy.metadata_store.types import AccessMode
from metaxy.models.types import CoercibleToFeatureKey

if TYPE_CHECKING:
    from lancedb.db import DBConnection
    from lancedb.table import Table

__all__ = ["LanceDBMetadataStore", "LanceDBMetadataStoreConfig"]


class LanceDBMetadataStoreConfig(StorageMetadataStoreConfig):
    """Settings of a store in LanceDB."""

    uri: str | Path = Field(description="a folder, or the URI of an object storage or of LanceDB Cloud")
    connect_kwargs: dict[str, Any] | None = Field(default=None, description="more arguments of lancedb.connect")


class LanceDBMetadataStore(StorageMetadataStore):
    """A store whose features are tables of a LanceDB database.

    Args:
        uri: a folder (made when it is missing), or a URI as `lancedb.connect` takes it.
        connect_kwargs: further arguments of `lancedb.connect`.
    """

    def __init__(self, uri: str | Path, *, connect_kwargs: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        given = str(uri)
        self._is_remote = "://" in given and not given.startswith("file://")
        self._uri = given if self._is_remote else os.path.abspath(os.path.expanduser(given.removeprefix("file://")))
        self.connect_kwargs = dict(connect_kwargs or {})
        super().__init__(**kwargs)

    @classmethod
    def config_model(cls) -> type[LanceDBMetadataStoreConfig]:
        return LanceDBMetadataStoreConfig

    def connect(self, mode: AccessMode) -> LanceDBStorage:
        import lancedb

        if not self._is_remote:
            os.makedirs(self._uri, exist_ok=True)
        return LanceDBStorage(lancedb.connect(self._uri, **self.connect_kwargs))

    @property
    def uri(self) -> str:
        """Where the database is."""
        return self._uri

    @property
    def conn(self) -> DBConnection:
        """The database, to look at it. Raises: StoreNotOpenError."""
        import lancedb

        self._check_open()
        return lancedb.connect(self._uri, **self.connect_kwargs)

    def reached_by(self) -> str | None:
        return "connect_kwargs" if self._is_remote else None

    def location(self) -> str:
        return re.sub(r"//[^/@]*@", "//***:***@", self._uri)

    def display(self) -> str:
        return f"LanceDBMetadataStore(path={self.location()})"

    def get_store_info(self, feature_key: CoercibleToFeatureKey) -> dict[str, Any]:
        out = super().get_store_info(feature_key)
        del out["table_name"]
        return out


class LanceDBStorage(TableStorage):
    """The tables of one database."""

    def __init__(self, database: DBConnection) -> None:
        self._database = database
        self._open: dict[str, Table] = {}

    def _table(self, table: str) -> Table | None:
        """The table as it is now."""
        if table not in self.tables():
            self._open.pop(table, None)
            return None
        known = self._open.get(table)
        if known is None:
            try:
                known = self._open[table] = self._database.open_table(table)
            except ValueError:  # listed, but still being made by another writer
                return None
        else:
            known.checkout_latest()
        return known

    def tables(self) -> list[str]:
        out: list[str] = []
        page = None
        while True:
            listed = self._database.list_tables(page_token=page)
            out.extend(getattr(listed, "tables", listed))
            page = getattr(listed, "page_token", None)
            if not page:
                return sorted(out)

    def describe(self, table: str) -> StoredTable | None:
        stored = self._table(table)
        if stored is None:
            return None
        return StoredTable(stored.schema, f"{stored.version} {stored.list_versions()[-1]['timestamp']}")

    def scan(self, table: str, columns: Sequence[str], conditions: Sequence[Condition]) -> Any:
        stored = self._table(table)
        assert stored is not None
        query = stored.search().select(list(columns)).limit(None)
        where = conjunction(conditions)
        return (query.where(where) if where else query).to_batches()

    def append(self, table: str, rows: Any) -> None:
        import pyarrow as pa

        given = pa.RecordBatchReader.from_stream(rows).read_all()
        hint = "cast them to integers before writing"
        refuse_types("LanceDB", table, given.schema, pa.types.is_interval, hint)
        retried(lambda: self._append(table, given), (OSError, RuntimeError, ValueError))

    def _append(self, table: str, given: Any) -> None:
        import pyarrow as pa

        stored = self._table(table)
        if stored is None:
            stored = self._database.create_table(table, given.schema.empty_table(), exist_ok=True)
            self._open[table] = stored
        merged = pa.unify_schemas([stored.schema, given.schema], promote_options="permissive")
        if not merged.equals(stored.schema):
            stored = self._grown(stored, merged)
        stored.add(fitted(given, merged))

    def _grown(self, stored: Table, schema: Any) -> Table:
        """The table with more columns; with more members of structs it is written anew, for Lance cannot add them."""
        known = stored.schema
        added = [field for field in schema if known.get_field_index(field.name) < 0]
        if all(known.field(name).type.equals(schema.field(name).type) for name in known.names):
            import pyarrow as pa

            stored.add_columns(pa.schema(added))
        else:
            rows = fitted(stored.to_arrow(), schema)
            self._database.create_table(stored.name, rows, mode="overwrite")
            self._open.pop(stored.name, None)
        table = self._table(stored.name)
        assert table is not None
        return table

    def delete(self, table: str, keys: Any) -> None:
        for alternatives in conditions_of_keys(keys):
            where = " OR ".join(f"({conjunction(each)})" for each in alternatives)
            stored = self._table(table)
            if stored is not None:
                retried(partial(stored.delete, where), (OSError, RuntimeError))

    def drop(self, table: str) -> None:
        self._database.drop_table(table)
        self._open.pop(table, None)

    def maintain(self, keep: datetime.timedelta, dry_run: bool) -> list[str]:
        tables = self.tables()
        for name in [] if dry_run else tables:
            table = self._table(name)
            if table is not None:
                retried(partial(table.optimize, cleanup_older_than=keep), (OSError, RuntimeError))
        return [f"optimize {name}: merge files, remove versions older than {keep}" for name in tables]
