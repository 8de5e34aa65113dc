# SPDX-License-Identifier: Apache-2.0
"""Stores in SQLite."""

from metaxy.ext.sqlite.metadata_store import SQLiteMetadataStore, SQLiteMetadataStoreConfig

__all__ = ["SQLiteMetadataStore", "SQLiteMetadataStoreConfig"]
