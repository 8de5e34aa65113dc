# SPDX-License-Identifier: Apache-2.0
"""Small commits of several processes into one DuckDB file at the same time.

    python3 writers.py build/release/bench/writers [SECONDS]
"""

import os
import subprocess
import sys
import tempfile

CASES = (("1", "0"), ("8", "0"), ("8", "2"))


def main():
    program = sys.argv[1]
    seconds = sys.argv[2] if len(sys.argv) > 2 else "10"
    for writers, readers in CASES:
        with tempfile.TemporaryDirectory(prefix="metaxy-bench-") as folder:
            path = os.path.join(folder, "store.duckdb")
            subprocess.run([program, path, writers, seconds, readers], check=True)


main()
