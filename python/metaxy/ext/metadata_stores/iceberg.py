# SPDX-License-Identifier: Apache-2.0
"""Moved to `metaxy.ext.polars.handlers.iceberg`."""

import warnings

from metaxy._warnings import MovedMetadataStoreWarning
from metaxy.ext.polars.handlers.iceberg import IcebergMetadataStore, IcebergMetadataStoreConfig

__all__ = ["IcebergMetadataStore", "IcebergMetadataStoreConfig"]

warnings.warn(
    "metaxy.ext.metadata_stores.iceberg has moved to metaxy.ext.polars.handlers.iceberg; import it from there",
    MovedMetadataStoreWarning,
    stacklevel=2,
)
