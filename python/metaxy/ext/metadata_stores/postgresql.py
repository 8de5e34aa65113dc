# SPDX-License-Identifier: Apache-2.0
"""Moved to `metaxy.ext.postgresql`."""

import warnings

from metaxy._warnings import MovedMetadataStoreWarning
from metaxy.ext.postgresql.metadata_store import PostgreSQLMetadataStore, PostgreSQLMetadataStoreConfig

__all__ = ["PostgreSQLMetadataStore", "PostgreSQLMetadataStoreConfig"]

warnings.warn(
    "metaxy.ext.metadata_stores.postgresql has moved to metaxy.ext.postgresql; import it from there",
    MovedMetadataStoreWarning,
    stacklevel=2,
)
