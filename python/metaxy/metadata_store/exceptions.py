# SPDX-License-Identifier: Apache-2.0
"""Exceptions of stores; each has `.code` and `.hint`."""

from __future__ import annotations

from metaxy.models.types import FeatureKey


class MetadataStoreError(Exception):
    """A store cannot do what was asked."""

    code = "backend"
    hint = ""


class FeatureNotFoundError(MetadataStoreError):
    """Nothing was written of a feature. `.keys`: which ones."""

    code = "not_found"

    def __init__(self, message: str = "", *, keys: list[FeatureKey] | None = None) -> None:
        super().__init__(message)
        self.keys = keys or []


class SystemDataNotFoundError(MetadataStoreError):
    """A system table is missing."""

    code = "not_found"


class FieldNotFoundError(MetadataStoreError):
    """A field is missing."""

    code = "not_found"


class MetadataSchemaError(MetadataStoreError):
    """Rows have other columns or types than the feature or its table."""

    code = "schema_mismatch"


class DependencyError(MetadataStoreError):
    """Data of an upstream is missing."""

    code = "not_found"


class StoreNotOpenError(MetadataStoreError):
    """A store is used outside of `with store.open(…)`, or written while it is open for reading."""

    code = "invalid_argument"


class HashAlgorithmNotSupportedError(MetadataStoreError):
    """The store cannot compute the digests that are asked for."""

    code = "unsupported"


class TableNotFoundError(MetadataStoreError):
    """A table is missing and may not be created."""

    code = "not_found"


class VersioningEngineMismatchError(Exception):
    """Frames cannot be versioned inside the store as it was asked."""

    code = "unsupported"
    hint = ""


