# SPDX-License-Identifier: Apache-2.0
"""What is done with an open store, whichever it is."""

import csv
import hashlib
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

import metaxy as mx
from weather.features import Daily, Frost, Readings, Unrest

Row = dict[str, Any]
KEPT = ("station", "day", "metaxy_provenance_by_field")


def readings(folder: Path) -> pl.DataFrame:
    rows = []
    for path in sorted(folder.glob("*.csv")):
        station, _, day = path.stem.partition("_")
        version = hashlib.sha256(path.read_bytes()).hexdigest()
        rows.append(
            {"station": station, "day": day, "path": str(path), "metaxy_provenance_by_field": {"celsius": version}}
        )
    return pl.DataFrame(rows)


def daily(row: Row) -> Row:
    with open(row["path"], encoding="utf-8") as file:
        celsius = [float(line["celsius"]) for line in csv.DictReader(file)]
    return {"mean": round(statistics.mean(celsius), 2), "spread": round(statistics.pstdev(celsius), 2)}


def frost(row: Row) -> Row:
    return {"frost": row["mean"] < 0}


def unrest(row: Row) -> Row:
    return {"unrest": row["spread"] > 2}


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
        "readings": update(store, Readings, lambda row: {"path": row["path"]}, samples=readings(folder)),
        "daily": update(store, Daily, daily),
        "frost": update(store, Frost, frost),
        "unrest": update(store, Unrest, unrest),
    }
