# SPDX-License-Identifier: Apache-2.0
"""The store in a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import AliasChoices, Field

from metaxy.ext.ibis.metadata_store import IbisMetadataStore
from metaxy.metadata_store.base import MetadataStoreConfig

__all__ = ["PostgreSQLMetadataStore", "PostgreSQLMetadataStoreConfig"]


class PostgreSQLMetadataStoreConfig(MetadataStoreConfig):
    """Settings of a store in PostgreSQL."""

    connection_string: str | None = Field(
        default=None, validation_alias=AliasChoices("connection_string", "uri"), description="`postgresql://user@host/database`"
    )
    connection_params: dict[str, Any] | None = Field(default=None, description="host, port, user, … one by one")
    schema_name: str | None = Field(default=None, alias="schema", description="the schema of the tables")
    table_prefix: str | None = Field(default=None, description="put before the names of all tables")
    lock_timeout: float | None = Field(default=None, description="seconds to wait for another writer")
    password_env: str | None = Field(default=None, description="the variable that holds the password")
    password_file: str | None = Field(default=None, description="a file whose first line is the password")
    auto_cast_struct_for_jsonb: bool = Field(default=True, description="kept for compatibility: structs are JSONB")


class PostgreSQLMetadataStore(IbisMetadataStore):
    """A store in a PostgreSQL server, which computes versions and comparisons itself.

    Args:
        connection_string: `postgresql://user:password@host:port/database?…`; libpq's parameters stand behind `?`.
        connection_params: the same one by one: `host`, `port`, `user`, `password`, `database`, `schema`, `sslmode`, ….
        schema: the schema of the tables, made at the first write; else the first of the search path.
        table_prefix: put before the names of all tables.
        lock_timeout: seconds to wait for another writer.
        password_env: the variable that holds the password.
        password_file: a file whose first line is the password.
        auto_cast_struct_for_jsonb: kept for compatibility: structs are JSONB.

    Raises:
        ValueError: neither a connection string nor parameters.

    Examples:
        >>> PostgreSQLMetadataStore("postgresql://mx:secret@db.example.org/metadata").display()
        'PostgreSQLMetadataStore(backend=postgresql://***:***@db.example.org/metadata)'
    """

    _reference_engine = "polars"

    def __init__(
        self,
        connection_string: str | None = None,
        *,
        connection_params: Mapping[str, Any] | None = None,
        schema: str | None = None,
        table_prefix: str | None = None,
        lock_timeout: float | None = None,
        password_env: str | None = None,
        password_file: str | None = None,
        auto_cast_struct_for_jsonb: bool = True,
        **kwargs: Any,
    ) -> None:
        if connection_string is None and connection_params is None:
            raise ValueError("a PostgreSQL store needs connection_string or connection_params")
        self.auto_cast_struct_for_jsonb = auto_cast_struct_for_jsonb
        self._more = {
            "schema": schema,
            "lock_timeout": lock_timeout,
            "password_env": password_env,
            "password_file": password_file,
        }
        super().__init__(
            connection_string=connection_string,
            backend="postgres",
            connection_params=connection_params,
            table_prefix=table_prefix,
            **kwargs,
        )

    @classmethod
    def config_model(cls) -> type[PostgreSQLMetadataStoreConfig]:
        """The settings of this class in configuration files."""
        return PostgreSQLMetadataStoreConfig
