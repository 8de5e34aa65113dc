# SPDX-License-Identifier: Apache-2.0
"""Small commits of several processes into one DuckLake whose catalog is in PostgreSQL, and whether all of them are there.

    python3 tests/postgresql/server.py run .venv/bin/python bench/lake_writers.py [PROCESSES [COMMITS]]
"""

import json
import os
import subprocess
import sys
import tempfile
import time

import polars as pl

import metaxy as mx
from metaxy.ext.duckdb import DuckDBMetadataStore

ROWS = 10


class Clip(mx.BaseFeature, spec=mx.FeatureSpec(key="bench/clip", id_columns=["id"], fields=["audio"])):
    id: str


def lake(folder):
    host = os.environ["METAXY_TEST_POSTGRESQL"].partition("host=")[2]
    catalog = {"type": "postgres", "secret_name": "catalog", "host": host, "database": "postgres"}
    catalog |= {"user": "metaxy", "password": "none"}
    options = {"metadata_schema": f"bench_{os.path.basename(folder)}"}
    return {"catalog": catalog, "storage": {"type": "local", "path": f"{folder}/data"}, "attach_options": options}


def write(folder, name, commits):
    took = []
    with DuckDBMetadataStore(ducklake=lake(folder)).open("w") as store:
        print("ready", flush=True)
        sys.stdin.readline()
        for number in range(commits):
            ids = [f"{name}.{number}.{i}" for i in range(ROWS)]
            rows = pl.DataFrame([{"id": id, "metaxy_provenance_by_field": {"audio": id}} for id in ids])
            start = time.perf_counter()
            store.write(Clip, rows)
            took.append(time.perf_counter() - start)
    print(json.dumps(took), flush=True)


def main(processes, commits):
    with tempfile.TemporaryDirectory(prefix="lake") as folder:
        first = [sys.executable, __file__, "write", folder]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        writers = [subprocess.Popen([*first, str(n), str(commits)], **pipes) for n in range(processes)]
        for writer in writers:
            writer.stdout.readline()
        start = time.perf_counter()
        for writer in writers:
            writer.stdin.write("go\n")
            writer.stdin.flush()
        took = sorted(s for writer in writers for s in json.loads(writer.communicate()[0]))
        seconds = time.perf_counter() - start
        with DuckDBMetadataStore(ducklake=lake(folder)) as store:
            found = store.read(Clip).collect()["id"].n_unique()
        lost = processes * commits - found // ROWS
        print(f"{processes} writers of {commits} commits: {len(took) / seconds:.1f} commits/s, {lost} lost, "
              f"p50 {took[len(took) // 2] * 1000:.0f} ms, longest {took[-1] * 1000:.0f} ms")
    return 1 if lost or found % ROWS else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        write(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        sys.exit(main(*(int(word) for word in [*sys.argv[1:], "8", "100"][:2])))
