# SPDX-License-Identifier: Apache-2.0
"""Moved to `metaxy.ext.lancedb`."""

import warnings

from metaxy._warnings import MovedMetadataStoreWarning
from metaxy.ext.lancedb import LanceDBMetadataStore, LanceDBMetadataStoreConfig

__all__ = ["LanceDBMetadataStore", "LanceDBMetadataStoreConfig"]

warnings.warn(
    "metaxy.ext.metadata_stores.lancedb has moved to metaxy.ext.lancedb; import it from there",
    MovedMetadataStoreWarning,
    stacklevel=2,
)
