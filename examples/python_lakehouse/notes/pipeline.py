# SPDX-License-Identifier: Apache-2.0
"""What is done with an open store, wherever its tables are."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

import metaxy as mx
from notes.features import Length, Note, Reading

Row = dict[str, Any]
KEPT = ("name", "metaxy_provenance_by_field")
WORDS_PER_SECOND = 4


def found(folder: Path) -> pl.DataFrame:
    rows = []
    for path in sorted(folder.glob("*.txt")):
        version = hashlib.sha256(path.read_bytes()).hexdigest()
        rows.append({"name": path.stem, "path": str(path), "metaxy_provenance_by_field": {"text": version}})
    return pl.DataFrame(rows)


def length(row: Row) -> Row:
    words = Path(row["path"]).read_text(encoding="utf-8").split()
    return {"words": len(words), "longest": max(words, key=len)}


def reading(row: Row) -> Row:
    return {"seconds": row["words"] / WORDS_PER_SECOND}


def update(
    store: mx.MetadataStore, feature: type[mx.BaseFeature], compute: Callable[[Row], Row], samples: Any = None
) -> mx.Increment:
    """Computes what is new or stale. Returns what that was."""
    increment = store.resolve_update(feature, samples=samples).collect()
    todo = [*increment.new.rows(named=True), *increment.stale.rows(named=True)]
    if todo:
        store.write(feature, [{**{name: row[name] for name in KEPT}, **compute(row)} for row in todo])
    return increment


def update_all(store: mx.MetadataStore, folder: Path) -> dict[str, mx.Increment]:
    """Brings all features up to date; what had to be done, by feature."""
    return {
        "text": update(store, Note, lambda row: {"path": row["path"]}, samples=found(folder)),
        "length": update(store, Length, length),
        "reading": update(store, Reading, reading),
    }
