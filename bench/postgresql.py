# SPDX-License-Identifier: Apache-2.0
"""Times `mx` on a PostgreSQL store: seconds, records a second and peak memory of the client.

    python3 tests/postgresql/server.py run python3 bench/postgresql.py --mx build/release/bin/mx [--records 1000000]

The server is the one of the tests. One feature of two fields depends on another, sample by sample.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

CONFIG = """project = "bench"
store = "server"
features = ["features.toml"]

[stores.server]
type = "postgresql"

[stores.server.config]
uri = "{uri}"
schema = "bench_{pid}"
hash_algorithm = "{algorithm}"
"""
FEATURES = """[features."video/raw"]
id = "sample_uid"
fields = { audio = "1", frames = "1" }

[features."video/crop"]
id = "sample_uid"
deps = ["video/raw"]
fields = { audio = "1", frames = "1" }
"""


def write_rows(path, numbers, version):
    with open(path, "w", encoding="utf-8") as out:
        for i in numbers:
            versions = {"audio": f"{version}a{i}", "frames": f"{version}f{i}"}
            out.write(json.dumps({"sample_uid": f"sample_{i:09}", "metaxy_provenance_by_field": versions}) + "\n")


def measure(mx, folder, title, records, *words):
    """Runs a command in a process of its own, whose peak memory is told by `wait4`."""
    start = time.perf_counter()
    with subprocess.Popen([mx, *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if process.returncode not in (0, 3):
        raise SystemExit(f"mx {' '.join(words)} failed:\n{output.decode()[-2000:]}")
    print(f"| {title} | {seconds:.2f} | {records / seconds:,.0f} | {usage.ru_utime + usage.ru_stime:.2f} | "
          f"{usage.ru_maxrss / 1024:.0f} |")
    sys.stdout.flush()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--mx", required=True)
    p.add_argument("--records", type=int, default=1_000_000)
    p.add_argument("--algorithm", default="sha256")
    args = p.parse_args()
    mx, records = os.path.abspath(args.mx), args.records
    print("| command | s | records/s | client CPU s | peak MiB |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="mxbench_") as folder:
        uri = os.environ["METAXY_TEST_POSTGRESQL"]
        with open(os.path.join(folder, "metaxy.toml"), "w", encoding="utf-8") as out:
            out.write(CONFIG.format(uri=uri, pid=os.getpid(), algorithm=args.algorithm))
        with open(os.path.join(folder, "features.toml"), "w", encoding="utf-8") as out:
            out.write(FEATURES)
        rows, increment = os.path.join(folder, "rows.jsonl"), os.path.join(folder, "rows.arrow")
        write_rows(rows, range(records), "1")
        measure(mx, folder, "write from JSON lines", records, "write", "video/raw", rows)
        measure(mx, folder, "resolve, all new", records, "resolve", "video/crop", "-o", increment)
        measure(mx, folder, "write from Arrow", records, "write", "video/crop", increment)
        measure(mx, folder, "resolve, nothing changed", records, "resolve", "video/crop", "-o", increment)
        write_rows(rows, range(0, records, 100), "2")
        measure(mx, folder, "write 1 %", records / 100, "write", "video/raw", rows)
        measure(mx, folder, "resolve, 1 % changed", records, "resolve", "video/crop", "-o", increment)
        measure(mx, folder, "status", records, "status")


if __name__ == "__main__":
    sys.exit(main())
