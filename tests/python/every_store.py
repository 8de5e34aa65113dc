# SPDX-License-Identifier: Apache-2.0
"""The kinds of stores that the same tests run on."""

from __future__ import annotations

import atexit
import functools
import hashlib
import importlib.util
from pathlib import Path
from typing import Any

import metaxy as mx

KINDS = ("duckdb", "folder", "delta", "iceberg", "lancedb", "postgresql")


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
    from metaxy.ext.lancedb import LanceDBMetadataStore

    return LanceDBMetadataStore(folder / "lances", **kwargs)
