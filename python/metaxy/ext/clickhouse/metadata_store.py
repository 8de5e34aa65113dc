# SPDX-License-Identifier: Apache-2.0
"""The store in a ClickHouse server."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import AliasChoices, Field

from metaxy.ext.ibis.metadata_store import IbisMetadataStore
from metaxy.metadata_store.base import MetadataStoreConfig

__all__ = ["ClickHouseMetadataStore", "ClickHouseMetadataStoreConfig"]

_NATIVE_PORTS = {8443: 9440, 8123: 9000}


class ClickHouseMetadataStoreConfig(MetadataStoreConfig):
    """Settings of a store in ClickHouse."""

    connection_string: str | None = Field(
        default=None, validation_alias=AliasChoices("connection_string", "uri"), description="`clickhouse://user@host:8123/database`"
    )
    connection_params: dict[str, Any] | None = Field(default=None, description="host, port, user, … one by one")
    table_prefix: str | None = Field(default=None, description="put before the names of all tables")
    settings: dict[str, Any] | None = Field(default=None, description="ClickHouse's settings, sent with every statement")
    engine: str | None = Field(default=None, description="of tables that metaxy makes; `MergeTree` unless given")
    order_by: str | None = Field(default=None, description="of feature tables; their id columns unless given")
    partition_by: str | None = Field(default=None, description="of feature tables; none unless given")
    cluster: str | None = Field(default=None, description="whose shards share the rows of every table; one server has all unless given")
    cluster_ddl: Literal["on_cluster", "each_host"] | None = Field(
        default=None, description="who brings statements that change tables to the hosts: ClickHouse unless given"
    )
    shard_by: list[str] | str | None = Field(default=None, description="columns that choose the shard; id columns unless given")
    local_joins: bool | None = Field(default=None, description="shards join what they share; true unless given")
    hosts: list[str] | None = Field(default=None, description="addresses beside that of the connection string")
    lock_timeout: float | None = Field(default=None, description="seconds to wait for another writer")
    password_env: str | None = Field(default=None, description="the variable that holds the password")
    password_file: str | None = Field(default=None, description="a file whose first line is the password")
    ca_file: str | None = Field(default=None, description="certificates that are trusted")
    verify: bool | None = Field(default=None, description="whether the server's certificate is checked; true unless given")
    auto_cast_struct_for_map: bool = Field(default=True, description="kept for compatibility")


def _text_of(flag: bool | None) -> str | None:
    return None if flag is None else str(flag).lower()


class ClickHouseMetadataStore(IbisMetadataStore):
    """A store in a ClickHouse server, which computes versions and comparisons itself.

    Args:
        connection_string: `clickhouse://user:password@host:8123/database?secure=true`, or the same with `http://` or
            `https://`; the ports 9000 and 9440 of the native protocol mean the HTTP port beside them.
        connection_params: the same one by one: `host`, `port`, `user`, `password`, `database`, `secure`.
        table_prefix: put before the names of all tables.
        settings: ClickHouse's settings, sent with every statement.
        engine: of the tables that metaxy makes, with its arguments; `MergeTree` unless given.
        order_by: of the feature tables that metaxy makes; their id columns unless given.
        partition_by: of the feature tables that metaxy makes; none unless given.
        cluster: the cluster whose shards share the rows of every table; one server has all unless given.
        cluster_ddl: who brings statements that make, change and drop tables to all hosts: ClickHouse by `"on_cluster"`,
            which needs its Keeper, or this store by `"each_host"`, which must be told all hosts.
        shard_by: columns that choose the shard of a row, in tables that have them; their id columns unless given.
        local_joins: shards join by themselves what is sharded alike, as it is unless others moved rows.
        hosts: addresses beside that of the connection string; one that cannot be reached is passed over.
        lock_timeout: seconds to wait for another writer.
        password_env: the variable that holds the password.
        password_file: a file whose first line is the password.
        ca_file: certificates that are trusted.
        verify: whether the server's certificate is checked.
        auto_cast_struct_for_map: kept for compatibility: structs go into columns of type Map as they are.

    Raises:
        ValueError: neither a connection string nor parameters.

    Examples:
        >>> ClickHouseMetadataStore("clickhouse://mx:secret@db.example.org:8443/metadata").display()
        'ClickHouseMetadataStore(backend=clickhouse://***:***@db.example.org:8443/metadata)'
    """

    def __init__(
        self,
        connection_string: str | None = None,
        *,
        connection_params: Mapping[str, Any] | None = None,
        table_prefix: str | None = None,
        settings: Mapping[str, Any] | None = None,
        engine: str | None = None,
        order_by: str | None = None,
        partition_by: str | None = None,
        cluster: str | None = None,
        cluster_ddl: Literal["on_cluster", "each_host"] | None = None,
        shard_by: Sequence[str] | str | None = None,
        local_joins: bool | None = None,
        hosts: Sequence[str] | None = None,
        lock_timeout: float | None = None,
        password_env: str | None = None,
        password_file: str | None = None,
        ca_file: str | None = None,
        verify: bool | None = None,
        auto_cast_struct_for_map: bool = True,
        **kwargs: Any,
    ) -> None:
        if connection_string is None and connection_params is None:
            raise ValueError("a ClickHouse store needs connection_string or connection_params")
        self.auto_cast_struct_for_map = auto_cast_struct_for_map
        self._more = {
            "settings": json.dumps(dict(settings)) if settings else None,
            "engine": engine,
            "order_by": order_by,
            "partition_by": partition_by,
            "cluster": cluster,
            "cluster_ddl": cluster_ddl,
            "shard_by": json.dumps([shard_by] if isinstance(shard_by, str) else list(shard_by)) if shard_by else None,
            "local_joins": _text_of(local_joins),
            "hosts": json.dumps(list(hosts)) if hosts else None,
            "lock_timeout": lock_timeout,
            "password_env": password_env,
            "password_file": password_file,
            "ca_file": ca_file,
            "verify": _text_of(verify),
        }
        super().__init__(
            connection_string=connection_string,
            backend="clickhouse",
            connection_params=connection_params,
            table_prefix=table_prefix,
            **kwargs,
        )

    @classmethod
    def config_model(cls) -> type[ClickHouseMetadataStoreConfig]:
        """The settings of this class in configuration files."""
        return ClickHouseMetadataStoreConfig

    @property
    def sqlalchemy_url(self) -> str:
        """The URL by which SQLAlchemy opens the same database over ClickHouse's native protocol, password included.

        Raises:
            ValueError: the store has no connection string.
        """
        parts = urlsplit(super().sqlalchemy_url)
        query = dict(parse_qsl(parts.query))
        secure = parts.port == 8443 or query.get("secure") == "True"
        if secure:
            query.pop("protocol", None)
            query["secure"] = "True"
        port = _NATIVE_PORTS.get(parts.port or 0, 9440 if secure else 9000)
        who, at, _ = parts.netloc.rpartition("@")
        tail = f"?{urlencode(query)}" if query else ""
        return f"clickhouse+native://{who}{at}{parts.hostname}:{port}{parts.path}{tail}"
