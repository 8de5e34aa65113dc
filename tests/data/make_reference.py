# SPDX-License-Identifier: Apache-2.0
"""Writes reference_v0.duckdb: a small store made by the reference implementation (hash format 0).

    python -m venv ref && ref/bin/pip install "metaxy[duckdb]==0.1.10" "duckdb==1.4.4" && ref/bin/pip install "sqlglot<28"
    ref/bin/python make_reference.py reference_v0.duckdb

The reference loads DuckDB's community extension `hashfuncs`; without network, METAXY_TEST_EXTENSIONS may name an
extension folder that holds it (unsigned is fine).
"""

import os
import sys

import metaxy as mx
import polars as pl
from metaxy.ext.duckdb import DuckDBMetadataStore


def features():
    graph = mx.FeatureGraph()
    with graph.use():
        fields = [mx.FieldSpec(key="audio", code_version="1"), mx.FieldSpec(key="frames", code_version="1")]
        spec = mx.FeatureSpec(key="media/raw", id_columns=["id"], fields=fields)
        body = {"__annotations__": {"id": str, "path": str, "seconds": float}, "__module__": "example"}
        raw = type(mx.BaseFeature)("Raw", (mx.BaseFeature,), body, spec=spec)
        spec = mx.FeatureSpec(
            key="media/loudness",
            id_columns=["id"],
            deps=[mx.FeatureDep(feature=raw)],
            fields=[mx.FieldSpec(key="loudness", code_version="1")],
        )
        body = {"__annotations__": {"id": str}, "__module__": "example"}
        loudness = type(mx.BaseFeature)("Loudness", (mx.BaseFeature,), body, spec=spec)
    return graph, raw, loudness


def frame(numbers, generation):
    return pl.DataFrame(
        {
            "id": [f"clip-{n}" for n in numbers],
            "path": [f"/media/{n}.mp4" for n in numbers],
            "seconds": [n * 1.5 for n in numbers],
            "metaxy_provenance_by_field": [{"audio": f"a{n}", "frames": f"f{n}.{generation}"} for n in numbers],
        }
    )


def main(path):
    settings = {}
    if folder := os.environ.get("METAXY_TEST_EXTENSIONS"):
        settings = {"allow_unsigned_extensions": "true", "extension_directory": folder}
    graph, raw, loudness = features()
    config = mx.MetaxyConfig(project="example", auto_create_tables=True)
    store = DuckDBMetadataStore(path, config=settings, auto_create_tables=True)
    with config.use(), graph.use(), store.open("w"):
        store.write(raw, frame(range(1, 6), 0))
        store.write(loudness, store.resolve_update(loudness).to_polars().new)
        store.write(raw, frame([2, 6], 1))


if __name__ == "__main__":
    main(sys.argv[1])
