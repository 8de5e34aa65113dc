# SPDX-License-Identifier: Apache-2.0
"""A store of one's own: a folder for every table, in it an Arrow file for every write."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from metaxy.metadata_store import Condition, StorageMetadataStore, StoredTable, TableStorage


class FolderMetadataStore(StorageMetadataStore):
    def __init__(self, folder: Path | str, **kwargs: Any) -> None:
        self.folder = Path(folder)
        super().__init__(**kwargs)

    def connect(self, mode: str) -> FolderStorage:
        return FolderStorage(self.folder)

    def location(self) -> str:
        return str(self.folder)


class FolderStorage(TableStorage):
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _files(self, table: str) -> list[Path]:
        return sorted((self._folder / table).glob("*.arrow"))

    def _rows(self, table: str) -> pl.DataFrame:
        return pl.concat([pl.read_ipc(file) for file in self._files(table)], how="diagonal_relaxed")

    def _put(self, table: str, rows: pl.DataFrame, name: str) -> None:
        folder = self._folder / table
        folder.mkdir(parents=True, exist_ok=True)
        handle, path = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file:
            rows.write_ipc(file)
        os.replace(path, folder / name)

    def tables(self) -> list[str]:
        return [folder.name for folder in self._folder.iterdir()] if self._folder.exists() else []

    def describe(self, table: str) -> StoredTable | None:
        files = self._files(table)
        if not files:
            return None
        return StoredTable(self._rows(table).head(0).to_arrow().schema, f"{files[-1].name} {len(files)}")

    def scan(self, table: str, columns: Sequence[str], conditions: Sequence[Condition]) -> Any:
        def batches() -> Iterator[pa.RecordBatch]:
            yield from rows.to_arrow().to_batches()

        rows = self._rows(table).select(columns)
        return pa.RecordBatchReader.from_batches(rows.head(0).to_arrow().schema, batches())

    def append(self, table: str, rows: Any) -> None:
        files = self._files(table)
        number = int(files[-1].stem) + 1 if files else 0
        self._put(table, pl.DataFrame(rows), f"{number:06}.arrow")

    def delete(self, table: str, keys: Any) -> None:
        gone = pl.DataFrame(keys)
        files = self._files(table)
        left = self._rows(table).join(gone, on=gone.columns, how="anti")
        self._put(table, left, f"{int(files[-1].stem) + 1:06}.arrow")
        for file in files:
            file.unlink()

    def drop(self, table: str) -> None:
        shutil.rmtree(self._folder / table)
