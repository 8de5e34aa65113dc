# SPDX-License-Identifier: Apache-2.0
"""Stores in DuckDB files and in memory."""

from typing import Any

from metaxy.ext.duckdb.handlers.ducklake import (
    DuckDBCatalogConfig,
    DuckLakeAttachmentManager,
    DuckLakeConfig,
    GCSStorageConfig,
    LocalStorageConfig,
    MotherDuckCatalogConfig,
    PostgresCatalogConfig,
    R2StorageConfig,
    S3StorageConfig,
    SQLiteCatalogConfig,
    build_secret_sql,
    format_attach_options,
)
from metaxy.ext.duckdb.metadata_store import DuckDBMetadataStore, DuckDBMetadataStoreConfig, ExtensionSpec

_LAZY = {"DuckDBPyConnection": "duckdb"}
__all__ = [
    "DuckDBCatalogConfig",
    "DuckDBMetadataStore",
    "DuckDBMetadataStoreConfig",
    "DuckLakeAttachmentManager",
    "DuckLakeConfig",
    "ExtensionSpec",
    "GCSStorageConfig",
    "LocalStorageConfig",
    "MotherDuckCatalogConfig",
    "PostgresCatalogConfig",
    "R2StorageConfig",
    "S3StorageConfig",
    "SQLiteCatalogConfig",
    "build_secret_sql",
    "format_attach_options",
]


def __getattr__(name: str) -> Any:
    from metaxy._lazy import attribute

    return attribute(__name__, _LAZY, name)
