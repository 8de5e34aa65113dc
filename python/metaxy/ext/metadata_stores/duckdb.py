# SPDX-License-Identifier: Apache-2.0
"""Moved to `metaxy.ext.duckdb`."""

import warnings

from metaxy._warnings import MovedMetadataStoreWarning
from metaxy.ext.duckdb.metadata_store import DuckDBMetadataStore, DuckDBMetadataStoreConfig, ExtensionSpec

__all__ = ["DuckDBMetadataStore", "DuckDBMetadataStoreConfig", "ExtensionSpec"]

warnings.warn(
    "metaxy.ext.metadata_stores.duckdb has moved to metaxy.ext.duckdb; import it from there",
    MovedMetadataStoreWarning,
    stacklevel=2,
)
