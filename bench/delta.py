# SPDX-License-Identifier: Apache-2.0
"""Increments on Delta Lake beside the reference: what resolve_update costs until its three frames are Polars'.

Usage: delta.py [--ours PYTHON] [--reference PYTHON] [--rows N] [--runs N] [SCENARIO …]

One parent of the fields audio and frames, one child of the field prediction; CPU seconds, seconds of the clock and peak
memory of a process of its own, medians of the runs. Each side seeds its own store, once.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SCENARIOS = ("new", "stale", "some", "none")
SHOWN = {"new": "all new", "stale": "all stale", "some": "1 % changed", "none": "nothing changed"}
FOUND = {"new": (1, 0), "stale": (0, 1), "some": (0, 0.01), "none": (0, 0)}


def features() -> tuple[Any, Any, Any]:
    import metaxy as mx

    graph = mx.FeatureGraph()
    with graph.use():
        body = {"__module__": "bench", "__annotations__": {"id": str}}
        spec = mx.FeatureSpec(key="video", id_columns=["id"], fields=["audio", "frames"])
        parent = type("Video", (mx.BaseFeature,), dict(body), spec=spec)
        deps = [mx.FeatureDep(feature=parent)]
        spec = mx.FeatureSpec(key="label", id_columns=["id"], deps=deps, fields=["prediction"])
        return graph, parent, type("Label", (mx.BaseFeature,), dict(body), spec=spec)


def open_store(folder: Path) -> Any:
    import metaxy as mx
    from metaxy.ext.polars.handlers.delta import DeltaMetadataStore

    return DeltaMetadataStore(folder, hash_algorithm=mx.HashAlgorithm.XXHASH64, auto_create_tables=True)


def samples(rows: int, version: str) -> Any:
    import polars as pl

    text = pl.int_range(rows).cast(pl.String)
    by_field = pl.struct((text + version).alias("audio"), text.alias("frames"))
    path = pl.format("s3://bucket/{}", text)
    return pl.select(text.alias("id"), path.alias("path"), by_field.alias("metaxy_provenance_by_field"))


def seed(folder: Path, scenario: str, rows: int) -> None:
    graph, parent, child = features()
    with graph.use(), open_store(folder).open("w") as store:
        store.write(parent, samples(rows, "1"))
        if scenario != "new":
            store.write(child, store.resolve_update(child).new)
        if scenario in ("stale", "some"):
            store.write(parent, samples(rows if scenario == "stale" else rows // 100, "2"))


def measure(folder: Path) -> dict[str, float]:
    graph, _, child = features()
    with graph.use(), open_store(folder) as store:
        cpu, clock = time.process_time(), time.perf_counter()
        found = store.resolve_update(child)
        frames = [part.to_polars() for part in (found.new, found.stale, found.orphaned)]
        cpu, clock = time.process_time() - cpu, time.perf_counter() - clock
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu": cpu, "clock": clock, "peak": peak, "new": frames[0].height, "stale": frames[1].height}


def ask(python: str, *words: str) -> Any:
    command = [python, "-W", "ignore", __file__, *words]
    environment = {**os.environ, "METAXY_COMPAT": "0.1"}
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment).stdout
    return json.loads(out) if out else None


def figures(python: str, scenario: str, rows: int, runs: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        given = ("--folder", folder, "--rows", str(rows), scenario)
        ask(python, "--seed", *given)
        found = [ask(python, "--measure", *given) for _ in range(runs)]
    out = {name: statistics.median(run[name] for run in found) for name in found[0]}
    assert (out["new"] / rows, out["stale"] / rows) == FOUND[scenario], out
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", default=sys.executable)
    parser.add_argument("--reference")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("scenarios", nargs="*", help=", ".join(SCENARIOS))
    for name in ("--seed", "--measure"):
        parser.add_argument(name, action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if unknown := set(given.scenarios) - set(SCENARIOS):
        parser.error(f"unknown: {', '.join(unknown)}")
    if given.seed:
        return seed(given.folder, given.scenarios[0], given.rows)
    if given.measure:
        return print(json.dumps(measure(given.folder)))
    print(f"{'Delta, ' + str(given.rows):18}{'CPU s':>8}{'clock s':>9}{'MiB':>7}   the reference's, times ours")
    for scenario in given.scenarios or SCENARIOS:
        ours = figures(given.ours, scenario, given.rows, given.runs)
        line = f"{SHOWN[scenario]:18}{ours['cpu']:8.2f}{ours['clock']:9.2f}{ours['peak']:7.0f}"
        if given.reference:
            theirs = figures(given.reference, scenario, given.rows, given.runs)
            line += f"   {theirs['cpu']:8.2f}{theirs['clock']:9.2f}{theirs['peak']:7.0f}"
            line += f"   {theirs['cpu'] / ours['cpu']:5.1f}x CPU {theirs['clock'] / ours['clock']:5.1f}x clock"
        print(line, flush=True)


if __name__ == "__main__":
    main()
