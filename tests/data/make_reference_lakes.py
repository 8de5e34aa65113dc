# SPDX-License-Identifier: Apache-2.0
"""Writes reference_lakes.zip: tables of Delta Lake and LanceDB made by the reference implementation (hash format 0).

Run it with the Python of an environment that has metaxy[delta,lancedb]==0.1.10:

    ref/bin/python make_reference_lakes.py reference_lakes.zip
"""

import sys
import tempfile
import zipfile
from pathlib import Path

import metaxy as mx
import polars as pl
from metaxy.ext.lancedb import LanceDBMetadataStore
from metaxy.ext.polars.handlers.delta import DeltaMetadataStore


def videos(ids, audio):
    by_field = {"audio": audio, "frames": "1"}
    return pl.DataFrame([{"id": id, "metaxy_provenance_by_field": by_field} for id in ids])


def main():
    graph = mx.FeatureGraph()
    with graph.use(), tempfile.TemporaryDirectory() as folder:
        fields = ["audio", "frames"]

        class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="media/video", id_columns=["id"], fields=fields)):
            id: str

        class Label(mx.BaseFeature, spec=mx.FeatureSpec(key="label", id_columns=["id"], deps=[Video], fields=["p"])):
            id: str

        root = Path(folder)
        for store in (DeltaMetadataStore(root / "delta"), LanceDBMetadataStore(str(root / "lance"))):
            with store.open("w"):
                store.write(Video, videos("abc", "1"))
                store.write(Label, store.resolve_update(Label).new)
                store.write(Video, videos("a", "2"))
                store.write(Video, videos("d", "1"))
        with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
            for path in sorted(root.rglob("*")):
                if path.is_file():
                    out.write(path, path.relative_to(root))


if __name__ == "__main__":
    main()
