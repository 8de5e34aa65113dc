# SPDX-License-Identifier: Apache-2.0
"""What the benches of servers share: two features, rows for them, and a command in a process of its own."""

import json
import os
import subprocess
import time

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


def run_process(command, folder):
    """A process of its own, whose CPU time and peak memory are told by `wait4`."""
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        output = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if process.returncode not in (0, 3):
        raise SystemExit(f"{' '.join(command)} failed:\n{output[-2000:]}")
    return (seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024), output
