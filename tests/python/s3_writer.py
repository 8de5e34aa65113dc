# SPDX-License-Identifier: Apache-2.0
"""Writes batches of samples into a store in an object storage and says which are written:

s3_writer.py KIND FOLDER ADDRESS NAME BATCHES
"""

from __future__ import annotations

import sys
from pathlib import Path

import object_store
import polars as pl

import metaxy as mx

ROWS = 20


class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="video", id_columns=["id"], fields=["audio"])):
    id: str
    batch: str


def batch(name: str) -> pl.DataFrame:
    rows = [{"id": f"{name}.{i}", "batch": name, "metaxy_provenance_by_field": {"audio": name}} for i in range(ROWS)]
    return pl.DataFrame(rows)


def main() -> None:
    kind, folder, address, name, batches = sys.argv[1:]
    store = object_store.make_store(kind, Path(folder), at=address)
    with store.open("w"):
        for number in range(int(batches)):
            store.write(Video, batch(f"{name}.{number}"))
            print(f"{name}.{number}", flush=True)


if __name__ == "__main__":
    main()
