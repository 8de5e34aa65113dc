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
    "FEATURE_VERSIONS_KEY": "metaxy.metadata_store.system.keys",
    "SystemTableStorage": "metaxy.metadata_store.system.storage",
}
__all__ = [
    "AccessMode",
    "DependencyError",
    "FEATURE_VERSIONS_KEY",
    "FeatureNotFoundError",
    "FieldNotFoundError",
    "HashAlgorithmNotSupportedError",
    "MetadataSchemaError",
    "MetadataStore",
    "MetadataStoreError",
    "StoreNotOpenError",
    "SystemDataNotFoundError",
    "TableNotFoundError",
    "VersioningEngineMismatchError",
]


def __getattr__(name: str) -> Any:
    from metaxy._lazy import attribute

    return attribute(__name__, _LAZY, name)
