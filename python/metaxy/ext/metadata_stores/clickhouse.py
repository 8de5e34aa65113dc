# SPDX-License-Identifier: Apache-2.0
"""Moved to `metaxy.ext.clickhouse`."""

import warnings

from metaxy._warnings import MovedMetadataStoreWarning
from metaxy.ext.clickhouse.metadata_store import ClickHouseMetadataStore, ClickHouseMetadataStoreConfig

__all__ = ["ClickHouseMetadataStore", "ClickHouseMetadataStoreConfig"]

warnings.warn(
    "metaxy.ext.metadata_stores.clickhouse has moved to metaxy.ext.clickhouse; import it from there",
    MovedMetadataStoreWarning,
    stacklevel=2,
)
