# SPDX-License-Identifier: Apache-2.0
"""The base of stores in SQL databases. Its name is the reference's, whose stores speak to databases through Ibis; ours
speak to them in the core."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from metaxy._errors import with_code
from metaxy.metadata_store.base import MetadataStore, MetadataStoreConfig, VersioningEngineOptions
from metaxy.metadata_store.exceptions import MetadataStoreError
from metaxy.models.types import CoercibleToFeatureKey, coerce_to_feature_key

__all__ = ["IbisMetadataStore", "IbisMetadataStoreConfig"]

# Databases that are files.
_FILES = ("duckdb", "sqlite")
# What the schemes and backends of kinds of servers begin with.
_SERVERS = {"postgresql": "postgres", "clickhouse": "clickhouse"}


class IbisMetadataStoreConfig(MetadataStoreConfig):
    """Settings of a store in a SQL database."""

    connection_string: str | None = Field(default=None, description="for example `postgresql://user@host/database`")
    backend: str | None = Field(default=None, description="the kind of database, else told by the connection string")
    connection_params: dict[str, Any] | None = Field(default=None, description="host, port, user, … one by one")
    table_prefix: str | None = Field(default=None, description="put before the names of all tables")


class IbisMetadataStore(MetadataStore):
    """A store in a SQL database that is told by its URI, or by its kind and parameters.

    Args:
        versioning_engine: kept for compatibility: versions are computed in the database.
        connection_string: `duckdb:///folder/file.duckdb`, `postgresql://user@host/database`,
            `clickhouse://user@host:8123/database`.
        backend: `duckdb`, `postgres` or `clickhouse`; without it the scheme of the connection string says which.
        connection_params: with `backend`, what it takes to connect: `database`, `host`, `port`, `user`, `password`, ….
        table_prefix: put before the names of all tables.

    Examples:
        >>> with IbisMetadataStore(backend="duckdb", connection_params={"database": ":memory:"}).open("w") as store:
        ...     store.display()
        'IbisMetadataStore(backend=duckdb)'
        >>> IbisMetadataStore(connection_string="postgresql://me:secret@db.example.org/metadata").display()
        'IbisMetadataStore(backend=postgresql://***:***@db.example.org/metadata)'
    """

    _reference_engine = "ibis"
    _warns_of_new_tables = True
    # Options of a kind of database beside where it is; those that are None are not given.
    _more: Mapping[str, Any] = {}

    def __init__(
        self,
        versioning_engine: VersioningEngineOptions = "auto",
        connection_string: str | None = None,
        *,
        backend: str | None = None,
        connection_params: Mapping[str, Any] | None = None,
        table_prefix: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.connection_string = connection_string
        self.backend = backend
        self.connection_params = dict(connection_params or {})
        self.table_prefix = table_prefix or ""
        super().__init__(versioning_engine=versioning_engine, **kwargs)

    @classmethod
    def config_model(cls) -> type[MetadataStoreConfig]:
        """The settings of this class in configuration files."""
        return IbisMetadataStoreConfig

    def _core_options(self) -> tuple[str, dict[str, str]]:
        kind, where = self._where()
        more = {"table_prefix": self.table_prefix or None, **self._more}
        return kind, {**where, **{name: str(value) for name, value in more.items() if value is not None}}

    def _where(self) -> tuple[str, dict[str, str]]:
        """The kind of the database and the options that say where it is."""
        scheme = self.backend or (self.connection_string or "").partition(":")[0]
        if scheme in _FILES:
            path = (self.connection_string or "").removeprefix(f"{scheme}://")
            return scheme, {"path": path or str(self.connection_params.get("database", ":memory:"))}
        for kind, prefix in _SERVERS.items():
            if scheme.startswith(prefix):
                if self.connection_string is not None:
                    return kind, {"uri": self.connection_string}
                return kind, {"connection_params": json.dumps(self.connection_params)}
        raise with_code(
            MetadataStoreError(f"there is no store in databases of kind {scheme!r}"),
            "unsupported",
            "give a connection_string that begins with duckdb://, sqlite://, postgresql:// or clickhouse://, or such a "
            "backend",
        )

    @property
    def sqlalchemy_url(self) -> str:
        """The URL by which SQLAlchemy opens the same database, password included. Raises: ValueError without one."""
        if self.connection_string is None:
            raise ValueError(f"{type(self).__name__} has no SQLAlchemy URL without a connection_string")
        return self.connection_string

    def get_table_name(self, key: CoercibleToFeatureKey) -> str:
        """The name of a feature's table."""
        return self.table_prefix + coerce_to_feature_key(key).table_name

    def ibis_type_to_polars(self, ibis_type: Any) -> Any:
        """The type that Polars has for one of Ibis. Raises: NotImplementedError, ValueError when there is none."""
        from ibis.formats.polars import PolarsType
        from polars import String

        if ibis_type.is_json() or ibis_type.is_uuid():
            return String()
        return PolarsType.from_ibis(ibis_type)

    def display(self) -> str:
        """The store in one line, without user and password."""
        return f"{type(self).__name__}(backend={masked(self.connection_string or self.backend or '')})"


def masked(uri: str) -> str:
    """A URI whose user and password are not shown."""
    return re.sub(r"^([^:/]+://)[^@/]*@", r"\1***:***@", uri)
