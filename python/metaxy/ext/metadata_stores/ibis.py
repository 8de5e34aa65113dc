# SPDX-License-Identifier: Apache-2.0
"""Moved to `metaxy.ext.ibis`."""

import warnings

from metaxy._warnings import MovedMetadataStoreWarning
from metaxy.ext.ibis.metadata_store import IbisMetadataStore, IbisMetadataStoreConfig

__all__ = ["IbisMetadataStore", "IbisMetadataStoreConfig"]

warnings.warn(
    "metaxy.ext.metadata_stores.ibis has moved to metaxy.ext.ibis; import it from there",
    MovedMetadataStoreWarning,
    stacklevel=2,
)
