# SPDX-License-Identifier: Apache-2.0
"""The store in BigQuery: its settings only; see metaxy.ext.bigquery.metadata_store."""

from metaxy.ext.bigquery.metadata_store import BigQueryMetadataStore, BigQueryMetadataStoreConfig

__all__ = ["BigQueryMetadataStore", "BigQueryMetadataStoreConfig"]
