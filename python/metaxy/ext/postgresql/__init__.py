# SPDX-License-Identifier: Apache-2.0
"""Stores in PostgreSQL."""

from metaxy.ext.postgresql.metadata_store import PostgreSQLMetadataStore, PostgreSQLMetadataStoreConfig

__all__ = ["PostgreSQLMetadataStore", "PostgreSQLMetadataStoreConfig"]
