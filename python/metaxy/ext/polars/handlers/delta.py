# SPDX-License-Identifier: Apache-2.0
"""Stores in Delta Lake tables, through the official library `deltalake`."""

from __future__ import annotations

import datetime
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from metaxy._settings import is_compat
from metaxy.ext.polars.handlers._sql import conjunction
from metaxy.metadata_store.arrow_schemas import cast_whole, lacks, refuse_types, with_types
from metaxy.metadata_store.retry import retried
from metaxy.metadata_store.storage import (
    Condition,
    StorageMetadataStore,
    StorageMetadataStoreConfig,
    StoredTable,
    TableStorage,
)
from metaxy.metadata_store.table_paths import default_key, key_of_table, table_of_parts
from metaxy.metadata_store.types import AccessMode
from metaxy.models.types import CoercibleToFeatureKey, coerce_to_feature_key

if TYPE_CHECKING:
    from deltalake import DeltaTable

__all__ = ["DeltaMetadataStore", "DeltaMetadataStoreConfig"]

Layout = Literal["nested", "flat"]
_LOCAL_SCHEMES = ("file://", "local://")


class DeltaMetadataStoreConfig(StorageMetadataStoreConfig):
    """Settings of a store in Delta Lake."""

    root_path: str | Path = Field(description="a folder, or the URI of one in an object storage")
    storage_options: dict[str, Any] | None = Field(default=None, description="credentials and such, for the storage")
    layout: Layout = Field(default="nested", description="a/b.delta (nested) or a__b.delta (flat)")
    delta_write_options: dict[str, Any] | None = Field(default=None, description="more arguments of write_deltalake")


class DeltaMetadataStore(StorageMetadataStore):
    """A store whose features are Delta tables below a folder or an object storage.

    Args:
        root_path: a folder (made when something is written), or a URI such as `s3://bucket/metadata`.
        storage_options: what the storage needs to be reached, as deltalake takes it.
        layout: `nested` puts feature `a/b` into `a/b.delta`, `flat` into `a__b.delta`.
        delta_write_options: further arguments of `deltalake.write_deltalake`.

    Raises:
        ValueError: another layout.
    """

    def __init__(
        self,
        root_path: str | Path,
        *,
        storage_options: Mapping[str, Any] | None = None,
        layout: Layout = "nested",
        delta_write_options: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        if layout not in ("nested", "flat"):
            raise ValueError(f"Invalid layout: {layout}; it should be 'nested' or 'flat'")
        given = str(root_path)
        for scheme in _LOCAL_SCHEMES:
            given = given.removeprefix(scheme)
        self._is_remote = "://" in given
        self._root = given.rstrip("/") if self._is_remote else os.path.abspath(os.path.expanduser(given))
        self.storage_options = dict(storage_options or {})
        self.layout: Layout = layout
        self.delta_write_options = dict(delta_write_options or {})
        super().__init__(**kwargs)

    @classmethod
    def config_model(cls) -> type[DeltaMetadataStoreConfig]:
        return DeltaMetadataStoreConfig

    def connect(self, mode: AccessMode) -> DeltaStorage:
        return DeltaStorage(self._root, self._is_remote, self.layout, self.storage_options, self.delta_write_options)

    def location(self) -> str:
        return self._root

    def reached_by(self) -> str | None:
        return "storage_options" if self._is_remote else None

    def display(self) -> str:
        return f"DeltaMetadataStore(path={self._root})"

    def get_store_info(self, feature_key: CoercibleToFeatureKey) -> dict[str, Any]:
        out = super().get_store_info(feature_key)
        del out["table_name"]
        out["uri"] = self.connect("r").uri(coerce_to_feature_key(feature_key).table_name)
        return out


class DeltaStorage(TableStorage):
    """The tables below one root."""

    def __init__(
        self, root: str, is_remote: bool, layout: Layout, options: dict[str, Any], write_options: dict[str, Any]
    ) -> None:
        self._root = root
        self._is_remote = is_remote
        self._layout = layout
        self._options = {name: str(value) for name, value in options.items()}
        self._write_options = write_options
        self._open: dict[str, DeltaTable] = {}

    def uri(self, table: str) -> str:
        """Where a table is."""
        if self._layout == "flat":
            return f"{self._root}/{table}.delta"
        known = key_of_table(table)
        if known is None and not self._is_remote:
            known = self._found().get(table)
        return f"{self._root}/{'/'.join(known or default_key(table))}.delta"

    def _table(self, table: str) -> DeltaTable | None:
        """The table as it is now."""
        from deltalake import DeltaTable
        from deltalake.exceptions import TableNotFoundError

        uri = self.uri(table)
        known = self._open.get(table)
        if known is not None and (self._is_remote or os.path.isdir(f"{uri}/_delta_log")):
            known.update_incremental()
            return known
        self._open.pop(table, None)
        if not self._is_remote and not os.path.isdir(f"{uri}/_delta_log"):
            return None
        try:
            self._open[table] = DeltaTable(uri, storage_options=self._options or None)
        except TableNotFoundError:
            return None
        return self._open[table]

    def tables(self) -> list[str]:
        if self._is_remote:
            return [name for name in _known_tables() if self._table(name) is not None]
        return sorted(self._found())

    def _found(self) -> dict[str, tuple[str, ...]]:
        """The tables below a local root, each with the parts of its path."""
        out = {}
        for folder, below, _ in os.walk(self._root):
            for name in [name for name in below if name.endswith(".delta")]:
                below.remove(name)
                if os.path.isdir(f"{folder}/{name}/_delta_log"):
                    inside = os.path.relpath(folder, self._root)
                    parts = (*(() if inside == "." else inside.split(os.sep)), name.removesuffix(".delta"))
                    out[table_of_parts(parts) if self._layout == "nested" else parts[-1]] = parts
        return out

    def describe(self, table: str) -> StoredTable | None:
        stored = self._table(table)
        if stored is None:
            return None
        return StoredTable(stored.schema().to_arrow(), f"{stored.metadata().id} {stored.version()}")

    def scan(self, table: str, columns: Sequence[str], conditions: Sequence[Condition]) -> Any:
        stored = self._open.get(table) or self._table(table)
        assert stored is not None
        return stored.scan(columns=list(columns), predicate=conjunction(conditions))

    def append(self, table: str, rows: Any) -> None:
        import pyarrow as pa
        from deltalake import DeltaTable, write_deltalake
        from deltalake.exceptions import CommitFailedError, DeltaError

        uri = self.uri(table)
        options: dict[str, Any] = {"storage_options": self._options or None}
        known = self._table(table)
        schema = storable(table, rows, known and pa.schema(known.schema().to_arrow()))
        if (converted := _under(table, rows, schema)) is not rows:
            for _ in converted:  # what cannot be converted is found before there is a table
                pass
        if known is None:
            # Two writers that make a table at the same time would meet; who comes second takes the first one's.
            retried(lambda: DeltaTable.create(uri, schema, mode="ignore", **options), (DeltaError,))
        options |= {"mode": "append", **self._write_options}

        def write() -> None:
            stored = self._table(table)
            assert stored is not None
            grows = lacks(pa.schema(stored.schema().to_arrow()), schema)
            given = _under(table, rows, schema)
            write_deltalake(uri, given, **({"schema_mode": "merge", **options} if grows else options))

        retried(write, (CommitFailedError,))

    def delete(self, table: str, keys: Any) -> None:
        from arro3.core import Table
        from deltalake.exceptions import CommitFailedError

        rows = Table.from_arrow(keys)
        on = " AND ".join(f't."{_quoted(name)}" = k."{_quoted(name)}"' for name in rows.column_names)

        def merge() -> None:
            stored = self._table(table)
            if stored is not None:
                stored.merge(rows, on, source_alias="k", target_alias="t").when_matched_delete().execute()

        retried(merge, (CommitFailedError,))

    def drop(self, table: str) -> None:
        """Removes the folder of a local table; a remote one, and any in compatibility mode, is emptied."""
        from deltalake.exceptions import CommitFailedError

        if self._is_remote or is_compat():
            retried(lambda: stored.delete() if (stored := self._table(table)) else None, (CommitFailedError,))
        else:
            shutil.rmtree(self.uri(table))
        self._open.pop(table, None)

    def maintain(self, keep: datetime.timedelta, dry_run: bool) -> list[str]:
        out = []
        for name in self.tables():
            out += [f"compact {name}", f"vacuum {name}: files removed for {keep} and longer"]
            table = self._table(name)
            if table is None or dry_run:
                continue
            table.optimize.compact()
            hours = int(keep.total_seconds() // 3600)
            table.vacuum(retention_hours=hours, dry_run=False, enforce_retention_duration=False)
        return out


def _quoted(name: str) -> str:
    return name.replace('"', '""')


def _known_tables() -> list[str]:
    from metaxy.metadata_store.system.keys import SYSTEM_TABLES
    from metaxy.models.feature_graph import FeatureGraph

    return [*SYSTEM_TABLES, *(key.table_name for key in FeatureGraph.get_active().list_features(only_current_project=False))]


def storable(table: str, rows: Any, stored: Any | None) -> Any:
    """The schema under which Delta keeps rows beside what is stored. Raises: MetadataSchemaError naming columns of types
    that it has not."""
    import pyarrow as pa

    kinds = (pa.types.is_time, pa.types.is_duration, pa.types.is_interval)
    given = pa.schema(rows)
    hint = "cast them to integers or text before writing"
    refuse_types("Delta Lake", table, given, lambda type: any(is_one(type) for is_one in kinds), hint)

    types = {field.name: field.type for field in stored or ()}

    def kept(field: Any) -> Any:
        known = types.get(field.name, field.type)
        if pa.types.is_unsigned_integer(field.type) and pa.types.is_integer(known):
            return field.with_type(with_types(known, _nearest))
        return field.with_type(with_types(field.type, _nearest))

    return pa.schema([kept(field) for field in given])


def _nearest(type: Any) -> Any:
    """Delta has signed integers, and times in microseconds."""
    import pyarrow as pa

    wider = {pa.uint8(): pa.int16(), pa.uint16(): pa.int32(), pa.uint32(): pa.int64(), pa.uint64(): pa.int64()}
    if pa.types.is_timestamp(type) and type.unit == "ns":
        return pa.timestamp("us", type.tz)
    return wider.get(type, type)


def _under(table: str, rows: Any, schema: Any) -> Any:
    """A reader of the rows with the types of a schema, or the rows if they have them."""
    import pyarrow as pa

    if pa.schema(rows).equals(schema):
        return rows
    batches = pa.RecordBatchReader.from_stream(rows)
    return pa.RecordBatchReader.from_batches(schema, (cast_whole("Delta Lake", table, each, schema) for each in batches))
