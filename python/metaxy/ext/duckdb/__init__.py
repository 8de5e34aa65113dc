# SPDX-License-Identifier: Apache-2.0
"""Stores in DuckDB files and in memory."""

from metaxy.ext.duckdb.metadata_store import DuckDBMetadataStore, DuckDBMetadataStoreConfig

__all__ = ["DuckDBMetadataStore", "DuckDBMetadataStoreConfig"]
