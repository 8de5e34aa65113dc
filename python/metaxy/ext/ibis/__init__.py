# SPDX-License-Identifier: Apache-2.0
"""What stores in SQL databases share."""

from metaxy.ext.ibis.metadata_store import IbisMetadataStore, IbisMetadataStoreConfig

__all__ = ["IbisMetadataStore", "IbisMetadataStoreConfig"]
