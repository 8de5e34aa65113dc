# SPDX-License-Identifier: Apache-2.0
"""Times `mx` on a SQLite store: seconds, CPU and peak memory.

    python3 bench/sqlite.py --mx build/release/bin/mx [--records 1000000] [--repeat 3] [--folder FOLDER]

The reference has no SQLite store. Figures are medians of --repeat runs from the beginning, each on a new file in
--folder (default: the folder for temporary files); a commit is on disk when its step ends.
"""

import argparse
import os
import sys
import tempfile

from steps_of_mx import medians, run_steps, show, write_project

CONFIG = """project = "bench"
store = "file"
features = ["features.toml"]

[stores.file]
type = "sqlite"

[stores.file.config]
path = "store.sqlite"
hash_algorithm = "{algorithm}"
"""


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--mx", required=True)
    p.add_argument("--records", type=int, default=1_000_000)
    p.add_argument("--repeat", type=int, default=3)
    p.add_argument("--algorithm", default="sha256")
    p.add_argument("--folder")
    args = p.parse_args()
    runs = []
    for _ in range(args.repeat):
        with tempfile.TemporaryDirectory(prefix="mxbench_", dir=args.folder) as folder:
            write_project(folder, CONFIG.format(algorithm=args.algorithm))
            runs.append(run_steps(os.path.abspath(args.mx), args.records, folder))
    show(medians(runs), {}, args.records)


if __name__ == "__main__":
    sys.exit(main())
