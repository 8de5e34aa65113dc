# SPDX-License-Identifier: Apache-2.0
"""Stores of metadata."""

from typing import Any

from metaxy.metadata_store.exceptions import (
    DependencyError,
    FeatureNotFoundError,
    FieldNotFoundError,
    HashAlgorithmNotSupportedError,
    MetadataSchemaError,
    MetadataStoreError,
    StoreNotOpenError,
    SystemDataNotFoundError,
    TableNotFoundError,
    VersioningEngineMismatchError,
)
from metaxy.metadata_store.types import AccessMode

_LAZY = {
    "MetadataStore": "metaxy.metadata_store.base",
    "MetadataStoreConfig": "metaxy.metadata_store.base",
    "Condition": "metaxy.metadata_store.storage",
    "FEATURE_VERSIONS_KEY": "metaxy.metadata_store.system.keys",
    "StorageMetadataStore": "metaxy.metadata_store.storage",
    "StoredTable": "metaxy.metadata_store.storage",
    "SystemTableStorage": "metaxy.metadata_store.system.storage",
    "TableStorage": "metaxy.metadata_store.storage",
}
__all__ = [
    "AccessMode",
    "Condition",
    "DependencyError",
    "FEATURE_VERSIONS_KEY",
    "FeatureNotFoundError",
    "FieldNotFoundError",
    "HashAlgorithmNotSupportedError",
    "MetadataSchemaError",
    "MetadataStore",
    "MetadataStoreError",
    "StorageMetadataStore",
    "StoreNotOpenError",
    "StoredTable",
    "SystemDataNotFoundError",
    "TableNotFoundError",
    "TableStorage",
    "VersioningEngineMismatchError",
]


def __getattr__(name: str) -> Any:
    from metaxy._lazy import attribute

    return attribute(__name__, _LAZY, name)
