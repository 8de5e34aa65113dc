#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`mx write` killed at any moment: all of its rows are stored or none, and the next command works."""
import random
import sys
import time

from project import Project

KILLS = 20
ROWS = 4000


def main(mx):
    chance = random.Random(20261121)
    with Project(mx) as project:
        project.run("write", "video/raw", "raw.jsonl")
        stored = project.rows("video/raw", "id", "metaxy_materialization_id")
        project.write_rows("rows.jsonl", [f"whole-{i}" for i in range(ROWS)])
        begin = time.monotonic()
        assert project.run("write", "video/raw", "rows.jsonl", "--materialization-id", "whole").returncode == 0
        whole = time.monotonic() - begin
        stored += [(f"whole-{i}", "whole") for i in range(ROWS)]

        killed = kept = 0
        for kill in range(KILLS):
            project.write_rows("rows.jsonl", [f"{kill}-{i}" for i in range(ROWS)])
            run = project.start("write", "-q", "video/raw", "rows.jsonl", "--materialization-id", f"run {kill}")
            time.sleep(chance.uniform(0, 1.2 * whole))
            run.kill()
            done = run.wait() == 0
            killed += not done
            new = [(f"{kill}-{i}", f"run {kill}") for i in range(ROWS)]
            found = project.rows("video/raw", "id", "metaxy_materialization_id")
            if found == sorted(stored + new):
                stored += new
                kept += 1
            else:
                assert found == sorted(stored), f"kill {kill}: {len(found)} rows, {len(stored)} or {ROWS} more expected"
                assert not done, f"kill {kill}: a write that was reported as done is gone"
        assert killed > KILLS // 4, "hardly any writer was killed in time: the test says nothing"
        print(f"{killed} of {KILLS} writers killed, {kept} writes kept")


if __name__ == "__main__":
    main(sys.argv[1])
