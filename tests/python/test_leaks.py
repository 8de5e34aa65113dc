# SPDX-License-Identifier: Apache-2.0
"""What is not used any more is given back. Each test runs in a process of its own, where nobody else takes memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

BEGINNING = """
import gc, os, sys, threading, weakref
import polars as pl
import metaxy as mx
from metaxy.ext.duckdb import DuckDBMetadataStore

def resident():
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

# A thread of the core that first comes to Python late stays known there: it is no thread that Python started.
def handles():
    started = [it for it in threading.enumerate() if not isinstance(it, threading._DummyThread)]
    return len(os.listdir("/proc/self/fd")), len(started)

class Text(mx.BaseFeature, spec=mx.FeatureSpec(key="text", id_columns=["id"])):
    id: int

class Word(mx.BaseFeature, spec=mx.FeatureSpec(key="word", id_columns=["id"], deps=[Text])):
    id: int

def texts(rows, version="1"):
    ids = pl.int_range(0, rows, eager=True)
    return pl.DataFrame({"id": ids, "text": "to be or not to be",
                         "metaxy_provenance_by_field": [{"default": version}] * rows})

def grown(work, rounds):
    for _ in range(rounds // 4):
        work()
    memory, opened = resident(), handles()
    for _ in range(rounds):
        work()
    assert handles() == opened, (handles(), opened)
    return (resident() - memory) / 2**20
"""
# How much a loop may grow: far less than its rounds would take if each of them kept what it made.
WORK = {
    "resolve and collect": """
with DuckDBMetadataStore(":memory:").open("w") as store:
    store.write(Text, texts(2_000))
    def work():
        assert store.resolve_update(Word).new.shape[0] == 2_000
        assert store.resolve_update(Word, lazy=True).collect().new.shape[0] == 2_000
        assert store.read(Text).collect().shape[0] == 2_000
    size = grown(work, 200)
assert size < 24, size
""",
    "streams that nobody reads": """
with DuckDBMetadataStore(":memory:").open("w") as store:
    store.write(Text, texts(20_000))
    def work():
        store.resolve_update(Word, lazy=True)
        store.read(Text)
    size = grown(work, 100)
assert size < 24, size
""",
    "errors": """
def raising():
    yield texts(1_000)
    raise RuntimeError("the camera is off")

with DuckDBMetadataStore(":memory:").open("w") as store:
    store.write(Text, texts(10))
    def work():
        for wrong in (lambda: store.write(Text, raising()), lambda: store.read(Text, filters="nope = 1"),
                      lambda: store.write(Text, texts(10).drop("id")), lambda: mx.FeatureSpec(key="A", id_columns=[])):
            try:
                wrong()
            except Exception:
                pass
            else:
                raise AssertionError("no error")
    size = grown(work, 60)
assert size < 24, size
""",
    "stores": """
import tempfile
folder = tempfile.mkdtemp()
def work():
    with DuckDBMetadataStore(f"{folder}/texts.duckdb").open("w") as store:
        store.has_feature(Text)
size = grown(work, 30)
assert size < 24, size
""",
    "definitions": """
def work():
    graph = mx.FeatureGraph()
    with graph.use():
        class Some(mx.BaseFeature, spec=mx.FeatureSpec(key="some", id_columns=["id"], metadata={"x": "y" * 100_000})):
            id: int
        graph.get_feature_version(Some)
    return [weakref.ref(it) for it in (graph, Some, Some.spec())]

size = grown(work, 200)
gc.collect()
assert size < 12, size
seen = [ref for _ in range(5) for ref in work()]
gc.collect()
assert not any(ref() is not None for ref in seen), [ref() for ref in seen]
""",
}


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("name", WORK)
def test_nothing_is_kept(name: str, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-c", BEGINNING + WORK[name]]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr
