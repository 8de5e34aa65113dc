# SPDX-License-Identifier: Apache-2.0
"""Stores in open table formats."""

from typing import Any

_HOMES = {
    "DeltaMetadataStore": "metaxy.ext.polars.handlers.delta",
    "DeltaMetadataStoreConfig": "metaxy.ext.polars.handlers.delta",
    "IcebergMetadataStore": "metaxy.ext.polars.handlers.iceberg",
    "IcebergMetadataStoreConfig": "metaxy.ext.polars.handlers.iceberg",
    "TableIdentifier": "metaxy.ext.polars.handlers.iceberg",
}


def __getattr__(name: str) -> Any:
    import warnings
    from importlib import import_module

    from metaxy._warnings import MovedMetadataStoreWarning

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    warnings.warn(
        f"metaxy.ext.polars.{name} has moved to {_HOMES[name]}; import it from there",
        MovedMetadataStoreWarning,
        stacklevel=2,
    )
    return getattr(import_module(_HOMES[name]), name)
