# SPDX-License-Identifier: Apache-2.0
"""The kinds of stores that the same tests run on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import metaxy as mx

KINDS = ("duckdb", "folder", "delta", "iceberg", "lancedb")


def make_store(kind: str, folder: Path, **kwargs: Any) -> mx.MetadataStore:
    """A new store of a kind, its tables below the folder."""
    if kind == "duckdb":
        from metaxy.ext.duckdb import DuckDBMetadataStore

        return DuckDBMetadataStore(folder / "store.duckdb", **kwargs)
    if kind == "folder":
        from folder_store import FolderMetadataStore

        return FolderMetadataStore(folder / "tables", **kwargs)
    if kind == "delta":
        from metaxy.ext.polars.handlers.delta import DeltaMetadataStore

        return DeltaMetadataStore(folder / "déltas of mine", **kwargs)
    if kind == "iceberg":
        from metaxy.ext.polars.handlers.iceberg import IcebergMetadataStore

        return IcebergMetadataStore(folder / "warehouse", **kwargs)
    from metaxy.ext.lancedb import LanceDBMetadataStore

    return LanceDBMetadataStore(folder / "lances", **kwargs)
