# SPDX-License-Identifier: Apache-2.0
"""What the benches of databases share: two features, rows for them, the steps of a pipeline, a table of figures."""

import json
import os
import statistics
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


def write_project(folder, config):
    for name, text in (("metaxy.toml", config), ("features.toml", FEATURES)):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
            out.write(text)


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


def run_steps(mx, records, folder):
    """Figures by step, each seconds, CPU seconds and MiB, on the project in a folder."""
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
    return out


def medians(runs):
    return {title: tuple(statistics.median(run[title][i] for run in runs) for i in range(3)) for title in runs[0]}


def show(ours, theirs, records):
    """Prints the figures of each step, beside those of the reference where there are any."""
    more = " reference s | CPU s | MiB | times |" if theirs else ""
    print(f"| step | s | records/s | client CPU s | peak MiB |{more}")
    print("|---" * (9 if theirs else 5) + "|")
    for title, (seconds, cpu, mib) in ours.items():
        count = records // 100 if title == "write 1 %" else records
        line = f"| {title} | {seconds:.2f} | {count / seconds:,.0f} | {cpu:.2f} | {mib:.0f} |"
        if title in theirs:
            other = theirs[title]
            line += f" {other[0]:.2f} | {other[1]:.2f} | {other[2]:.0f} | {other[0] / seconds:.1f} |"
        print(line, flush=True)
