# SPDX-License-Identifier: Apache-2.0
"""Moved to `metaxy.ext.polars.handlers.delta`."""

import warnings

from metaxy._warnings import MovedMetadataStoreWarning
from metaxy.ext.polars.handlers.delta import DeltaMetadataStore, DeltaMetadataStoreConfig

__all__ = ["DeltaMetadataStore", "DeltaMetadataStoreConfig"]

warnings.warn(
    "metaxy.ext.metadata_stores.delta has moved to metaxy.ext.polars.handlers.delta; import it from there",
    MovedMetadataStoreWarning,
    stacklevel=2,
)
