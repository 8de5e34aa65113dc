#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A disk that is full: what was stored stays, no part of the rest, and writing goes on once there is space."""
import subprocess
import sys

from project import FIXTURES, SKIPPED, Project

SCRIPT = r"""
set -u
check() { [ "$1" = "$2" ] || { echo "line ${BASH_LINENO[0]}: $1, expected $2"; exit 1; }; }
fails() {
  "$@" > out 2> err; check $? 1
  grep -q 'No space left on device' err || { cat err; echo "line ${BASH_LINENO[0]}: another error"; exit 1; }
  grep -q '^hint: free space' err || { cat err; echo "line ${BASH_LINENO[0]}: no remedy"; exit 1; }
}
fill() { dd if=/dev/zero of=data/zeros bs=1k status=none 2> /dev/null; }

fill; fails mx write video/raw raw.jsonl
rm data/zeros; check "$(mx status --format json 2> out | grep -c '"stored":3')" 0
mx -q write video/raw raw.jsonl; check $? 0
fails mx write video/raw many.jsonl
check "$(mx read video/raw -c id --format csv | sort | tr '\n' ' ')" 'a b c id '
fill
fails mx write video/raw raw.jsonl
fails mx delete video/raw --hard --all --yes
for format in csv jsonl parquet arrow json; do fails mx read video/raw -o data/rows.$format; done
fails env TMPDIR=data mx write video/raw - -f jsonl < raw.jsonl
fails mx graph render --format mermaid -o data/graph.mmd
check "$(ls data | grep -v metaxy.duckdb)" zeros
rm data/zeros
check "$(mx read video/raw -c id --format csv | sort | tr '\n' ' ')" 'a b c id '
"""
# A file that a failed write left full has no room for the next one either; whoever frees space gets on.
MORE_SPACE = r"""
mount -o remount,size=32m data
mx -q write video/raw many.jsonl; check $? 0
check "$(mx read video/raw -c id --format csv | wc -l)" 100004
"""


def main(mx):
    with Project(mx) as project:
        disk = project.folder / "data"
        disk.mkdir()
        small_disk = [str(FIXTURES / "bin" / "small_disk"), str(disk)]
        if subprocess.run([*small_disk, "true"], capture_output=True, check=False).returncode != 0:
            print("this machine lets nobody mount a small disk")
            return SKIPPED
        config = project.folder / "metaxy.toml"
        config.write_text(config.read_text().replace('"metaxy.duckdb"', '"data/metaxy.duckdb"'))
        project.write_rows("many.jsonl", [f"sample {i}" for i in range(100000)])
        done = subprocess.run([*small_disk, SCRIPT + MORE_SPACE], cwd=project.folder, env=project.environment, timeout=250,
                              text=True, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        print(done.stdout + done.stderr, end="")
        return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
