# SPDX-License-Identifier: Apache-2.0
"""Runs one pipeline step through metaxy and through the reference on the same data, in one run, and prints ratios.

    python3 compare.py --steps build/release/bench/steps --reference REF_VENV/bin/python [--rows 1000000 …]

Every measurement is a process of its own on a private copy of a seeded store; medians of --repeat runs. Ratios are of
CPU seconds, because machines are noisy: how many times as much the reference needs.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SCENARIOS = ("new", "stale", "pct1", "noop", "overlay")
OURS_ALONE = ("overlay",)  # the reference takes a feature from one store as a whole
# Two parents each: of "pair" one record makes a sample, of "groups_10" ten do. The reference multiplies their rows.
GROUPED = ("pair", "groups_10", "groups_100", "groups_1000")


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr.strip()[-2000:]}")
    return done.stdout


def measure(program, tail, repeat, folder):
    """Medians of the figures of `program measure`, each on a fresh copy of what `program seed` made."""
    seeded, work = os.path.join(folder, "seeded.duckdb"), os.path.join(folder, "work.duckdb")
    run([*program, "seed", seeded, *tail])
    runs = []
    for _ in range(repeat):
        for part in ("", ".fallback"):
            if os.path.exists(seeded + part):
                shutil.copyfile(seeded + part, work + part)
        start = time.perf_counter()
        text = run([*program, "measure", work, *tail])
        seconds = time.perf_counter() - start
        runs.append(json.loads(next(x for x in text.splitlines() if x.startswith("RESULT "))[7:]))
        runs[-1]["total_s"] = seconds
    return {key: statistics.median(r[key] for r in runs) for key in runs[0]}


def show(title, ours, theirs):
    for phase in ("resolve", "write", "read"):
        if f"{phase}_cpu_s" not in ours:
            continue
        a, rows = ours[f"{phase}_cpu_s"], ours[f"{phase}_rows"]
        # Resolving reads all records, however few it hands out.
        line = f"| {title} | {phase} | {rows:,.0f} | {rows / max(a, 1e-4):,.0f} | {ours[f'{phase}_s']:.2f} | {a:.2f} |"
        if theirs:
            b = theirs[f"{phase}_cpu_s"]
            line += f" {theirs[f'{phase}_s']:.2f} | {b:.2f} | {b / max(a, 1e-4):.1f} |"
            if rows != theirs[f"{phase}_rows"]:
                line += f" rows differ: {theirs[f'{phase}_rows']:,.0f}"
        print(line, flush=True)
    line = f"| {title} | process, {ours['peak_mib']:.0f} MiB"
    if theirs:
        line += f" / {theirs['peak_mib']:.0f} MiB"
    line += f" |  |  | {ours['total_s']:.2f} | {ours['total_cpu_s']:.2f} |"
    if theirs:
        ratio = theirs["total_cpu_s"] / ours["total_cpu_s"]
        line += f" {theirs['total_s']:.2f} | {theirs['total_cpu_s']:.2f} | {ratio:.1f} |"
    print(line, flush=True)


def compare_groups(args, rows):
    """N:1 beside 1:1 of as many records: how many times as much CPU time it takes."""
    print("\n| case | groups | s | CPU s | times 1:1 |\n|---|---|---|---|---|", flush=True)
    for scenario in ("new", "stale"):
        plain = None
        for shape in GROUPED:
            with tempfile.TemporaryDirectory(prefix="mxbench_") as folder:
                ours = measure([args.steps], [shape, str(rows), scenario, args.algorithm, args.format], args.repeat, folder)
            cpu = ours["resolve_cpu_s"]
            plain = plain or cpu
            count = f"{ours['resolve_rows']:,.0f} | {ours['resolve_s']:.2f} | {cpu:.2f} | {cpu / plain:.1f}"
            print(f"| {shape} {rows:,} {scenario} | {count} |", flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--steps", required=True)
    p.add_argument("--reference", help="python of a venv with the reference; without it only metaxy is measured")
    p.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    p.add_argument("--shapes", nargs="+", default=["simple", "wide"])
    p.add_argument("--scenarios", nargs="+", default=SCENARIOS)
    p.add_argument("--algorithm", default="xxhash64")
    p.add_argument("--format", choices=("0", "1"), default="1", help="metaxy's hash format")
    p.add_argument("--memory-limit", default="")
    p.add_argument("--repeat", type=int, default=3)
    p.add_argument("--groups", type=int, default=1_000_000, help="records of the N:1 cases; 0: none")
    args = p.parse_args()
    print("| case | phase | rows | rows/CPU s | s | CPU s |" + (" reference s | CPU s | ratio |" if args.reference else ""))
    print("|---|---|---|---|---|---|" + ("---|---|---|" if args.reference else ""))
    for rows in args.rows:
        for shape in args.shapes:
            for scenario in args.scenarios:
                repeat = args.repeat if rows <= 1_000_000 else 1
                tail = [shape, str(rows), scenario, args.algorithm]
                with tempfile.TemporaryDirectory(prefix="mxbench_") as folder:
                    limit = [args.memory_limit] if args.memory_limit else []
                    ours = measure([args.steps], [*tail, args.format, *limit], repeat, folder)
                    theirs = None
                    if args.reference and scenario not in OURS_ALONE:
                        program = [args.reference, "-W", "ignore", os.path.join(HERE, "reference.py")]
                        theirs = measure(program, tail, repeat, folder)
                show(f"{shape} {rows:,} {scenario}", ours, theirs)
    if args.groups:
        compare_groups(args, args.groups)


if __name__ == "__main__":
    sys.exit(main())
