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
import subprocess
import sys
import tempfile

from steps_of_mx import medians, run_process, run_steps, show, write_project

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
    out = run_steps(mx, records, folder)
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
            write_project(folder, CONFIG.format(uri=uri, schema=SCHEMA, algorithm=args.algorithm))
            ours.append(run_ours(mx, args.records, folder))
            if args.reference:
                theirs.append(run_theirs(args.reference, args.records, folder))
    show(medians(ours), medians(theirs) if theirs else {}, args.records)


if __name__ == "__main__":
    sys.exit(main())
