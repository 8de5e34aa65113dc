# SPDX-License-Identifier: Apache-2.0
"""Times commands of `mx` as a user waits for them: seconds and peak memory of whole processes, medians.

    python3 commands.py --mx build/release/bin/mx [--repeat 5] [--records 10000]

`status` runs on chains of features that all have records; `lint`, `list` and `graph` on a tree of 1,000 features.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

CONFIG = """project = "bench"
store = "dev"
features = ["features.toml"]

[stores.dev]
type = "duckdb"

[stores.dev.config]
database = "bench.duckdb"
"""


def feature(name, deps):
    return (
        f'[features."{name}"]\nid = "sample_uid"\ndeps = {json.dumps(deps)}\n'
        'fields = { audio = "1", frames = "1" }\n\n'
    )


def project(folder, features):
    os.makedirs(folder)
    with open(os.path.join(folder, "metaxy.toml"), "w") as out:
        out.write(CONFIG)
    with open(os.path.join(folder, "features.toml"), "w") as out:
        out.write("".join(feature(name, deps) for name, deps in features))


def tree(size):
    return [(f"tree/f{i}", [f"tree/f{(i - 1) // 3}"] if i else []) for i in range(size)]


def run(mx, folder, *words):
    done = subprocess.run([mx, *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode not in (0, 3):  # 3: work is pending
        raise SystemExit(f"mx {' '.join(words)} failed:\n{done.stderr[-2000:]}")
    return done.stdout


def fill(mx, folder, features, records):
    """Every feature has a record per sample, and nothing is left to do but what the last one lacks."""
    rows = os.path.join(folder, "rows.jsonl")
    with open(rows, "w") as out:
        for i in range(records):
            version = {"audio": f"a{i}", "frames": f"f{i}"}
            out.write(json.dumps({"sample_uid": f"sample_{i:09}", "metaxy_provenance_by_field": version}) + "\n")
    for name, deps in features:
        if deps:
            rows = os.path.join(folder, "rows.arrow")
            run(mx, folder, "resolve", name, "-o", rows)
        run(mx, folder, "write", name, rows)


def measure(mx, folder, repeat, title, *words):
    seconds, peaks, cpu = [], [], []
    for _ in range(repeat):
        start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        run(mx, folder, *words)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(time.perf_counter() - start)
        cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        peaks.append(after.ru_maxrss / 1024)
    print(f"| {title} | {statistics.median(seconds) * 1000:.0f} | {statistics.median(cpu) * 1000:.0f} | {max(peaks):.0f} |")
    sys.stdout.flush()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--mx", required=True)
    p.add_argument("--repeat", type=int, default=5)
    p.add_argument("--records", type=int, default=10_000)
    p.add_argument("--chains", type=int, nargs="*", default=[10, 100], help="features that `status` looks at")
    args = p.parse_args()
    mx = os.path.abspath(args.mx)
    print("| command | ms | CPU ms | peak MiB |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="mxbench_") as top:
        folder = os.path.join(top, "tree")
        project(folder, tree(1000))
        measure(mx, folder, args.repeat, "lint, 1,000 features", "lint")
        measure(mx, folder, args.repeat, "list features, 1,000", "list", "features")
        measure(mx, folder, args.repeat, "graph render, 1,000, Mermaid", "graph", "render", "--format", "mermaid")
        for size in args.chains:
            folder = os.path.join(top, f"chain{size}")
            project(folder, tree(size))
            fill(mx, folder, tree(size), args.records)
            measure(mx, folder, args.repeat, f"status, {size} features of {args.records:,} records", "status")


if __name__ == "__main__":
    sys.exit(main())
