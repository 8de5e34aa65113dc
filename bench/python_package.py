# SPDX-License-Identifier: Apache-2.0
"""The Python package beside the reference, by what both can do: import, feature classes, one million records.

Usage: python_package.py --ours PYTHON [--reference PYTHON] [--rows N] [--runs N]. Every figure is CPU seconds of a
process of its own, the median of the runs; METAXY_BENCH_EXT_DIR is a folder with the extension that the reference
downloads (bench/README.md).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CASES = ("import", "classes", "versions", "write", "resolve", "read")


def features(count: int) -> tuple[object, list[type]]:
    import metaxy as mx

    graph, classes = mx.FeatureGraph(), []
    with graph.use():
        for number in range(count):
            deps = [mx.FeatureDep(feature=classes[-1])] if classes else []
            spec = mx.FeatureSpec(key=f"f{number}", id_columns=["id"], deps=deps, fields=["audio", "frames"])
            body = {"__module__": "bench", "__annotations__": {"id": str, "size": int}}
            classes.append(type(f"F{number}", (mx.BaseFeature,), body, spec=spec))
    return graph, classes


def records(rows: int) -> object:
    import polars as pl

    text = pl.int_range(rows).cast(pl.String)
    return pl.select(
        text.alias("id"),
        pl.format("s3://bucket/{}", text).alias("path"),
        pl.struct(text.alias("audio"), text.alias("frames")).alias("metaxy_provenance_by_field"),
    )


def measure(rows: int) -> dict[str, float]:
    """CPU seconds by case, in this process."""
    out: dict[str, float] = {}

    def timed(case: str, work: object) -> object:
        begun = time.process_time()
        result = work()  # type: ignore[operator]
        out[case] = time.process_time() - begun
        return result

    timed("import", lambda: __import__("metaxy"))
    import metaxy as mx
    from metaxy.ext.duckdb import DuckDBMetadataStore

    assert mx.BaseFeature and mx.FeatureSpec and mx.FeatureDep and mx.FeatureGraph
    sys.setrecursionlimit(100_000)  # the reference's versions recurse
    _, many = timed("classes", lambda: features(1000))  # type: ignore[misc]
    timed("versions", many[-1].feature_version)
    graph, classes = features(2)
    extensions = os.environ.get("METAXY_BENCH_EXT_DIR")
    settings = {"extension_directory": extensions, "allow_unsigned_extensions": "true"} if extensions else None
    with tempfile.TemporaryDirectory() as folder, graph.use():  # type: ignore[attr-defined]
        store = DuckDBMetadataStore(
            Path(folder) / "m.duckdb",
            hash_algorithm=mx.HashAlgorithm.XXHASH64,
            auto_create_tables=True,
            config=settings,
        )
        samples = records(rows)
        with store.open("w"):
            timed("write", lambda: store.write(classes[0], samples))
            increment = timed("resolve", lambda: store.resolve_update(classes[1]).new.to_polars())
            assert increment.height == rows  # type: ignore[attr-defined]
            timed("read", lambda: store.read(classes[0]).collect().to_polars())
    return out


def medians(python: str, rows: int, runs: int) -> dict[str, float]:
    found = []
    for _ in range(runs):
        command = [python, "-W", "ignore", __file__, "--measure", "--rows", str(rows)]
        environment = {**os.environ, "METAXY_COMPAT": "0.1"}
        found.append(json.loads(subprocess.run(command, check=True, capture_output=True, env=environment).stdout))
    return {case: statistics.median(run[case] for run in found) for case in CASES}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ours", default=sys.executable)
    parser.add_argument("--reference")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.rows)))
        return
    ours = medians(given.ours, given.rows, given.runs)
    theirs = medians(given.reference, given.rows, given.runs) if given.reference else {}
    for case in CASES:
        beside = f"  {theirs[case]:8.2f}  {theirs[case] / ours[case]:6.1f}x" if theirs else ""
        print(f"{case:10}{ours[case]:8.2f}{beside}")


if __name__ == "__main__":
    main()
