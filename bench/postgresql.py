# SPDX-License-Identifier: Apache-2.0
"""Times `mx` on a PostgreSQL store, next to the reference on its own: seconds, client CPU and peak memory.

    python3 tests/postgresql/server.py run python3 bench/postgresql.py --mx build/release/bin/mx [--records 1000000]
        [--reference REF_VENV/bin/python] [--repeat 3]

The server is the one of the tests. One feature of two fields depends on another, sample by sample. Every step is a
process of its own; figures are medians of --repeat runs from the beginning. The reference wants, in a venv of its own,
`metaxy==0.1.10 "ibis-framework[postgres]" "polars<2" "sqlglot>=28,<29"`.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

from steps_of_mx import FEATURES, run_process, write_rows

HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMA = f"bench_{os.getpid()}"
CONFIG = """project = "bench"
store = "server"
features = ["features.toml"]

[stores.server]
type = "postgresql"

[stores.server.config]
uri = "{uri}"
schema = "{schema}"
hash_algorithm = "{algorithm}"
"""


def psql(sql):
    subprocess.run(["psql", "-X", "-q", "-d", os.environ["METAXY_TEST_POSTGRESQL"], "-c", sql], check=True,
                   stderr=subprocess.DEVNULL)


def run_ours(mx, records, folder):
    """Figures by step, each seconds, CPU seconds and MiB."""
    out = {}

    def step(title, *words):
        out[title] = run_process([mx, *words], folder)[0]

    rows, increment = os.path.join(folder, "rows.jsonl"), os.path.join(folder, "rows.arrow")
    write_rows(rows, range(records), "1")
    step("write the parent", "write", "video/raw", rows)
    step("resolve, all new", "resolve", "video/crop", "-o", increment)
    step("write the child", "write", "video/crop", increment)
    step("resolve, nothing changed", "resolve", "video/crop", "-o", increment)
    write_rows(rows, range(0, records, 100), "2")
    step("write 1 %", "write", "video/raw", rows)
    step("resolve, 1 % changed", "resolve", "video/crop", "-o", increment)
    step("status", "status")
    psql(f"DROP SCHEMA {SCHEMA} CASCADE")
    return out


def run_theirs(python, records, folder):
    """The same steps; their own figures, because most of a short process would be the start of Python."""
    out = {}

    def step(what, *titles):
        command = [python, "-W", "ignore", os.path.join(HERE, "reference_postgresql.py"), str(records), what]
        results = [json.loads(line[7:]) for line in run_process(command, folder)[1].splitlines() if line.startswith("RESULT ")]
        for title, result in zip(titles, results):
            out[title] = (result["s"], result["cpu_s"], result["mib"])

    step("write_root", "write the parent")
    step("resolve_new", "resolve, all new", "write the child")
    step("resolve", "resolve, nothing changed")
    step("write_changed", "write 1 %")
    step("resolve", "resolve, 1 % changed")
    psql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return out


def medians(runs):
    return {title: tuple(statistics.median(run[title][i] for run in runs) for i in range(3)) for title in runs[0]}


def show(ours, theirs, records):
    print("| step | s | records/s | client CPU s | peak MiB | reference s | CPU s | MiB | times |")
    print("|---|---|---|---|---|---|---|---|---|")
    for title, (seconds, cpu, mib) in ours.items():
        count = records // 100 if title == "write 1 %" else records
        line = f"| {title} | {seconds:.2f} | {count / seconds:,.0f} | {cpu:.2f} | {mib:.0f} |"
        if title in theirs:
            other = theirs[title]
            line += f" {other[0]:.2f} | {other[1]:.2f} | {other[2]:.0f} | {other[0] / seconds:.1f} |"
        print(line, flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--mx", required=True)
    p.add_argument("--reference", help="python of a venv with the reference; without it only metaxy is measured")
    p.add_argument("--records", type=int, default=1_000_000)
    p.add_argument("--repeat", type=int, default=3)
    p.add_argument("--algorithm", default="sha256")
    args = p.parse_args()
    mx = os.path.abspath(args.mx)
    ours, theirs = [], []
    for _ in range(args.repeat):
        with tempfile.TemporaryDirectory(prefix="mxbench_") as folder:
            uri = os.environ["METAXY_TEST_POSTGRESQL"]
            with open(os.path.join(folder, "metaxy.toml"), "w", encoding="utf-8") as out:
                out.write(CONFIG.format(uri=uri, schema=SCHEMA, algorithm=args.algorithm))
            with open(os.path.join(folder, "features.toml"), "w", encoding="utf-8") as out:
                out.write(FEATURES)
            ours.append(run_ours(mx, args.records, folder))
            if args.reference:
                theirs.append(run_theirs(args.reference, args.records, folder))
    show(medians(ours), medians(theirs) if theirs else {}, args.records)


if __name__ == "__main__":
    sys.exit(main())
