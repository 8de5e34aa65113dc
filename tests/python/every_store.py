# SPDX-License-Identifier: Apache-2.0
"""The kinds of stores that the same tests run on."""

from __future__ import annotations

import atexit
import functools
import hashlib
import importlib.util
import os
import urllib.request
from pathlib import Path
from typing import Any

import metaxy as mx

KINDS = ("duckdb", "folder", "delta", "iceberg", "lancedb", "postgresql", "clickhouse", "sqlite", "adbc")


@functools.cache
def postgresql_uri() -> str:
    """Of a server that ends with the tests."""
    path = Path(__file__).parent.parent / "postgresql" / "server.py"
    spec = importlib.util.spec_from_file_location("postgresql_server", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    server = module.Server()
    atexit.register(server.stop)
    return str(server.uri)


# Read before the fixture takes such variables away.
CLICKHOUSE = os.environ.get("METAXY_TEST_CLICKHOUSE", "")


# What tools/fetch_deps.sh has fetched.
DRIVERS = Path(os.environ.get("METAXY_DEPS", Path.home() / ".cache/metaxy/deps")) / "adbc-1.13.0/drivers"


def clickhouse_uri() -> str:
    """Of the server that CTest starts for these tests (tests/clickhouse/server.py)."""
    assert CLICKHOUSE, "run these tests beside `tests/clickhouse/server.py run FILE …`"
    return CLICKHOUSE


def new_database(folder: Path) -> str:
    """The URI of a database of its own on that server."""
    database = "t_" + hashlib.md5(str(folder).encode()).hexdigest()
    statement = f"CREATE DATABASE IF NOT EXISTS {database}"
    urllib.request.urlopen(clickhouse_uri(), statement.encode(), timeout=60).read()
    return f"{clickhouse_uri()}/{database}"


def make_store(kind: str, folder: Path, **kwargs: Any) -> mx.MetadataStore:
    """A new store of a kind, its tables below the folder."""
    if kind == "duckdb":
        from metaxy.ext.duckdb import DuckDBMetadataStore

        return DuckDBMetadataStore(folder / "store.duckdb", **kwargs)
    if kind == "folder":
        from folder_store import FolderMetadataStore

        return FolderMetadataStore(folder / "tables", **kwargs)
    if kind == "delta":
        from metaxy.ext.polars.handlers.delta import DeltaMetadataStore

        return DeltaMetadataStore(folder / "déltas of mine", **kwargs)
    if kind == "iceberg":
        from metaxy.ext.polars.handlers.iceberg import IcebergMetadataStore

        return IcebergMetadataStore(folder / "warehouse", **kwargs)
    if kind == "postgresql":
        from metaxy.ext.postgresql import PostgreSQLMetadataStore

        schema = "t_" + hashlib.md5(str(folder).encode()).hexdigest()
        return PostgreSQLMetadataStore(postgresql_uri(), schema=schema, **kwargs)
    if kind == "clickhouse":
        from metaxy.ext.clickhouse import ClickHouseMetadataStore

        return ClickHouseMetadataStore(new_database(folder), **kwargs)
    if kind == "sqlite":
        from metaxy.ext.sqlite import SQLiteMetadataStore

        return SQLiteMetadataStore(folder / "store.sqlite", **kwargs)
    if kind == "adbc":
        from metaxy.ext.adbc import AdbcMetadataStore

        return AdbcMetadataStore(DRIVERS / "libadbc_driver_sqlite.so", str(folder / "adbc.sqlite"), **kwargs)
    from metaxy.ext.lancedb import LanceDBMetadataStore

    return LanceDBMetadataStore(folder / "lances", **kwargs)
