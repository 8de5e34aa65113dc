# SPDX-License-Identifier: Apache-2.0
"""Stores in Apache Iceberg tables, through the official library `pyiceberg`."""

from __future__ import annotations

import datetime
import functools
import operator
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import Field

from metaxy.metadata_store.arrow_schemas import cast_whole, fitted, lacks, refuse_types, with_types
from metaxy._settings import is_compat
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
from metaxy.models.types import CoercibleToFeatureKey, coerce_to_feature_key

if TYPE_CHECKING:
    from pyiceberg.catalog import Catalog
    from pyiceberg.table import Table

__all__ = ["IcebergMetadataStore", "IcebergMetadataStoreConfig", "TableIdentifier"]


class TableIdentifier(NamedTuple):
    """Where a table is in a catalog."""

    namespace: str
    table_name: str

    def __str__(self) -> str:
        return f"{self.namespace}.{self.table_name}"


class IcebergMetadataStoreConfig(StorageMetadataStoreConfig):
    """Settings of a store in Iceberg."""

    warehouse: str | Path = Field(description="a folder, or the URI of one in an object storage")
    namespace: str = Field(default="metaxy", description="the namespace of the tables")
    catalog_name: str = Field(default="metaxy", description="the name of the catalog")
    catalog_properties: dict[str, str] | None = Field(
        default=None, description="how pyiceberg reaches the catalog; absent: a SQLite file in the warehouse"
    )
    auto_create_namespace: bool = Field(default=True, description="whether to make the namespace when it is missing")


class IcebergMetadataStore(StorageMetadataStore):
    """A store whose features are Iceberg tables of one namespace.

    Args:
        warehouse: a folder (made when it is missing), or a URI such as `s3://bucket/warehouse`.
        namespace: the namespace of the tables.
        catalog_name: the catalog's name.
        catalog_properties: properties of a pyiceberg catalog; absent: a SQLite file in the warehouse.
        auto_create_namespace: whether to make the namespace when it is missing.
    """

    def __init__(
        self,
        warehouse: str | Path,
        *,
        namespace: str = "metaxy",
        catalog_name: str = "metaxy",
        catalog_properties: Mapping[str, str] | None = None,
        auto_create_namespace: bool = True,
        **kwargs: Any,
    ) -> None:
        given = str(warehouse)
        self._folder = None if "://" in given and not given.startswith("file://") else given.removeprefix("file://")
        if self._folder is not None:
            self._folder = os.path.abspath(os.path.expanduser(self._folder))
        self._uri = given.rstrip("/") if self._folder is None else f"file://{self._folder}"
        self.namespace = namespace
        self.catalog_name = catalog_name
        self.catalog_properties = dict(catalog_properties) if catalog_properties is not None else self._own_catalog()
        self.auto_create_namespace = auto_create_namespace
        super().__init__(**kwargs)

    def _own_catalog(self) -> dict[str, str]:
        if self._folder is None:
            raise ValueError(f"the warehouse {self._uri} is no folder: say by catalog_properties where its catalog is")
        return {"type": "sql", "uri": f"sqlite:///{self._folder}/catalog.db", "warehouse": self._uri}

    @classmethod
    def config_model(cls) -> type[IcebergMetadataStoreConfig]:
        return IcebergMetadataStoreConfig

    def connect(self, mode: AccessMode) -> IcebergStorage:
        from pyiceberg.catalog import load_catalog

        if self._folder is not None:
            os.makedirs(self._folder, exist_ok=True)
        return retried(lambda: self._connected(load_catalog), _conflicts())

    def _connected(self, load_catalog: Callable[..., Catalog]) -> IcebergStorage:
        catalog = load_catalog(self.catalog_name, **self.catalog_properties)
        if self.auto_create_namespace:
            catalog.create_namespace_if_not_exists(self.namespace)
        return IcebergStorage(catalog, self.namespace)

    @property
    def catalog(self) -> Catalog:
        """The catalog, to look at it. Raises: RuntimeError when the store is not open."""
        if self._mode is None:
            raise RuntimeError(f"{self!r} is not open, so it has no catalog; call open() first")
        from pyiceberg.catalog import load_catalog

        return load_catalog(self.catalog_name, **self.catalog_properties)

    def location(self) -> str:
        return self._uri

    def reached_by(self) -> str | None:
        return "catalog_properties" if self._folder is None else None

    def display(self) -> str:
        shown = self._folder if self._folder is not None and is_compat() else self._uri
        return f"IcebergMetadataStore(warehouse={shown})"

    def get_store_info(self, feature_key: CoercibleToFeatureKey) -> dict[str, Any]:
        out = super().get_store_info(feature_key)
        table = out.pop("table_name")
        out["identifier"] = str(TableIdentifier(self.namespace, table))
        return out


class IcebergStorage(TableStorage):
    """The tables of one namespace."""

    def __init__(self, catalog: Catalog, namespace: str) -> None:
        self._catalog = catalog
        self._namespace = namespace

    def _table(self, table: str) -> Table | None:
        from pyiceberg.exceptions import NoSuchTableError

        try:
            return self._catalog.load_table((self._namespace, table))
        except NoSuchTableError:
            return None

    def tables(self) -> list[str]:
        return sorted(identifier[-1] for identifier in self._catalog.list_tables(self._namespace))

    def describe(self, table: str) -> StoredTable | None:
        stored = self._table(table)
        if stored is None:
            return None
        snapshot = stored.current_snapshot()
        state = f"{stored.metadata.table_uuid} {stored.schema().schema_id} {snapshot and snapshot.snapshot_id}"
        return StoredTable(stored.schema().as_arrow(), state)

    def scan(self, table: str, columns: Sequence[str], conditions: Sequence[Condition]) -> Any:
        stored = self._table(table)
        assert stored is not None
        return stored.scan(row_filter=_conjunction(conditions), selected_fields=tuple(columns)).to_arrow_batch_reader()

    def append(self, table: str, rows: Any) -> None:
        import pyarrow as pa

        given = storable(table, pa.RecordBatchReader.from_stream(rows).read_all())

        def commit() -> None:
            stored = self._table(table)
            if stored is None:
                stored = self._catalog.create_table((self._namespace, table), given.schema)
            elif lacks(stored.schema().as_arrow(), given.schema):
                with stored.update_schema() as update:
                    update.union_by_name(given.schema)
            if given.num_rows > 0:
                stored.append(fitted(given, stored.schema().as_arrow()))

        retried(commit, _conflicts())

    def delete(self, table: str, keys: Any) -> None:
        for alternatives in conditions_of_keys(keys):
            row_filter = functools.reduce(operator.or_, [_conjunction(each) for each in alternatives])
            retried(functools.partial(self._delete, table, row_filter), _conflicts())

    def _delete(self, table: str, row_filter: Any) -> None:
        stored = self._table(table)
        if stored is not None:
            stored.delete(row_filter)

    def drop(self, table: str) -> None:
        self._catalog.drop_table((self._namespace, table))

    def maintain(self, keep: datetime.timedelta, dry_run: bool) -> list[str]:
        tables, oldest = self.tables(), datetime.datetime.now(datetime.timezone.utc) - keep
        for name in [] if dry_run else tables:
            retried(functools.partial(self._expire, name, oldest), _conflicts())
        return [f"expire snapshots of {name} older than {keep}" for name in tables]

    def _expire(self, name: str, oldest: datetime.datetime) -> None:
        table = self._table(name)
        if table is not None:
            table.maintenance.expire_snapshots().older_than(oldest).commit()

    def close(self) -> None:
        self._catalog.close()


def _conflicts() -> tuple[type[BaseException], ...]:
    """What writers of one table or catalog see of each other."""
    from pyiceberg import exceptions as of

    met = (of.CommitFailedException, of.TableAlreadyExistsError, of.NamespaceAlreadyExistsError, of.ValidationException)
    try:
        from sqlalchemy.exc import IntegrityError, OperationalError  # of catalogs in a SQL database
    except ImportError:
        return met
    return (*met, IntegrityError, OperationalError)


def _conjunction(conditions: Sequence[Condition]) -> Any:
    from pyiceberg.expressions import AlwaysTrue

    return functools.reduce(operator.and_, [_expression(each) for each in conditions], AlwaysTrue())


def _expression(condition: Condition) -> Any:
    from pyiceberg import expressions as of

    kinds = {
        "==": of.EqualTo,
        "!=": of.NotEqualTo,
        "<": of.LessThan,
        "<=": of.LessThanOrEqual,
        ">": of.GreaterThan,
        ">=": of.GreaterThanOrEqual,
    }
    if condition.operator == "is_null":
        return of.IsNull(condition.column)
    if condition.operator == "is_not_null":
        return of.NotNull(condition.column)
    if condition.operator == "in":
        return of.In(condition.column, [_value(value) for value in condition.value])
    return kinds[condition.operator](condition.column, _value(condition.value))


def _value(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, datetime.date) else value


def storable(table: str, rows: Any) -> Any:
    """Rows with types that Iceberg has. Raises: MetadataSchemaError naming columns that it has no type for, or a value."""
    import pyarrow as pa

    kinds = (pa.types.is_duration, pa.types.is_interval, pa.types.is_null)
    hint = "cast them before writing: columns of nothing but nulls to their type, durations to integers"
    refuse_types("Iceberg", table, rows.schema, lambda type: any(is_one(type) for is_one in kinds), hint)
    schema = pa.schema([field.with_type(with_types(field.type, _nearest)) for field in rows.schema])
    return cast_whole("Iceberg", table, rows, schema)


def _nearest(type: Any) -> Any:
    """Iceberg has signed integers, and times in microseconds."""
    import pyarrow as pa

    if pa.types.is_timestamp(type):
        return pa.timestamp("us", "UTC" if type.tz else None)
    if pa.types.is_unsigned_integer(type):
        return pa.int64()
    return type
