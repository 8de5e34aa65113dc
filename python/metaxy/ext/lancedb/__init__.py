# SPDX-License-Identifier: Apache-2.0
"""Stores in LanceDB."""

from metaxy.ext.lancedb.metadata_store import LanceDBMetadataStore, LanceDBMetadataStoreConfig

__all__ = ["LanceDBMetadataStore", "LanceDBMetadataStoreConfig"]
