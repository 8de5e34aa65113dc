# SPDX-License-Identifier: Apache-2.0
"""Stores in ClickHouse."""

from metaxy.ext.clickhouse.metadata_store import ClickHouseMetadataStore, ClickHouseMetadataStoreConfig

__all__ = ["ClickHouseMetadataStore", "ClickHouseMetadataStoreConfig"]
