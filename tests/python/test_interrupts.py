# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C ends what takes long, and leaves the store as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

BEGINNING = """
import sys, time
import polars as pl
import metaxy as mx
from metaxy.ext.duckdb import DuckDBMetadataStore

class Text(mx.BaseFeature, spec=mx.FeatureSpec(key="text", id_columns=["id"])):
    id: int

class Word(mx.BaseFeature, spec=mx.FeatureSpec(key="word", id_columns=["id"], deps=[Text])):
    id: int

def texts(first, rows):
    ids = pl.int_range(first, first + rows, eager=True)
    versions = pl.select(default=ids.cast(pl.String)).to_struct("metaxy_provenance_by_field")
    return pl.DataFrame({"id": ids, "text": "to be or not to be", "metaxy_provenance_by_field": versions})

def ready():
    print("ready", flush=True)

slow = "text"
for turn in range(60):
    slow = f"replace({slow}, 'be', 'be')"
slow = f"{slow} <> ''"

def slowly():
    yield texts(1_000_000, 10)
    ready()
    for turn in range(2_000):
        time.sleep(0.05)
        yield texts(2_000_000 + 10 * turn, 10)

store = DuckDBMetadataStore("texts.duckdb")
with store.open("w"):
    store.write(Text, texts(0, ROWS))
    try:
"""
END = """
    except KeyboardInterrupt:
        try:
            time.sleep(0.2)  # Polars raises it twice
        except KeyboardInterrupt:
            pass
        print("interrupted", flush=True)
    print(store.read(Text, columns=["id"]).collect().shape[0])
"""
AFTERWARDS = """
store = DuckDBMetadataStore("texts.duckdb")
with store.open("w"):
    print(store.read(Text, columns=["id"]).collect().shape[0], store.has_feature(Word))
    store.write(Text, texts(ROWS, 1))
    print(store.read(Text, columns=["id"]).collect().shape[0])
"""
WORK = {
    "resolve": "ready(); store.resolve_update(Word, global_filters=slow); print('done')",
    "collect": "frame = store.read(Text, filters=slow, columns=['id']); ready(); frame.collect(); print('done')",
    "lazy": "ready(); store.resolve_update(Word, filters={Text: slow}, lazy=True).collect(); print('done')",
    "write": "store.write(Text, slowly()); print('done')",
    "samples": "store.resolve_update(Text, samples=slowly()); print('done')",
}


@pytest.mark.parametrize("work", WORK)
def test_ctrl_c(work: str, tmp_path: Path) -> None:
    rows = 50 if work in ("write", "samples") else 200_000
    definitions, _, _ = BEGINNING.partition("store = ")
    script = (BEGINNING + f"        {WORK[work]}" + END).replace("ROWS", str(rows))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-c", script]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        begun = time.monotonic()
        out, error = process.communicate(timeout=60)
    finally:
        process.kill()
    assert out == f"interrupted\n{rows}\n", error
    assert time.monotonic() - begun < 10
    command = [sys.executable, "-c", (definitions + AFTERWARDS).replace("ROWS", str(rows))]
    left = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert left.stdout.split("\n") == [f"{rows} False", f"{rows + 1}", ""], left.stderr
