# SPDX-License-Identifier: Apache-2.0
"""Stores in databases that ADBC drivers reach."""

from metaxy.ext.adbc.metadata_store import AdbcMetadataStore, AdbcMetadataStoreConfig

__all__ = ["AdbcMetadataStore", "AdbcMetadataStoreConfig"]
