#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs ctest in a build folder and closes with one line: `N passed, N failed, N skipped`.

A skipped test must be listed in tests/expected_skips.txt (name pattern, tab, reason): an unlisted skip is a failure.
"""
import argparse
import fnmatch
import os
import subprocess
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def expected_skips(path):
    """Pattern → reason."""
    patterns = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pattern, _, reason = line.partition("\t")
            if not reason.strip():
                raise SystemExit(f"{path}: {pattern} has no reason")
            patterns[pattern] = reason.strip()
    return patterns


def read_report(path):
    """Names of passed, failed and skipped tests in a JUnit report."""
    passed, failed, skipped = [], [], []
    for case in xml.parse(path).getroot().iter("testcase"):
        status = case.get("status")
        if status == "run":
            passed.append(case.get("name"))
        elif status in ("notrun", "disabled"):
            skipped.append(case.get("name"))
        else:
            failed.append(case.get("name"))
    return passed, failed, skipped


def sanitizer_environment():
    """How sanitizers behave; suppressions are committed with their reasons."""
    folder = ROOT / "tests" / "sanitizers"
    settings = {
        "LSAN_OPTIONS": f"suppressions={folder}/lsan.txt:print_suppressions=0",
        "TSAN_OPTIONS": f"suppressions={folder}/tsan.txt:halt_on_error=1",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "ASAN_OPTIONS": "detect_stack_use_after_return=1",
    }
    return {**os.environ, **{name: value for name, value in settings.items() if name not in os.environ}}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("-j", "--jobs", default="2")
    parser.add_argument("--skip-label", help="leave tests with this label out")
    parser.add_argument("-R", "--regex", help="only tests whose name matches")
    arguments = parser.parse_args()

    report = arguments.build.resolve() / "tests.xml"
    report.unlink(missing_ok=True)
    command = ["ctest", "--test-dir", str(arguments.build), "-j", arguments.jobs, "--output-on-failure",
               "--no-tests=error", "--output-junit", str(report)]
    command += ["-LE", arguments.skip_label] if arguments.skip_label else []
    command += ["-R", arguments.regex] if arguments.regex else []
    code = subprocess.run(command, stdin=subprocess.DEVNULL, env=sanitizer_environment(), check=False).returncode
    if not report.exists():
        print("run_tests: ctest wrote no report", file=sys.stderr)
        print("0 passed, 1 failed, 0 skipped")
        return 1

    passed, failed, skipped = read_report(report)
    patterns = expected_skips(ROOT / "tests" / "expected_skips.txt")
    for name in skipped:
        if not any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
            print(f"run_tests: {name} was skipped and is not in tests/expected_skips.txt")
            failed.append(name)
    skipped = [name for name in skipped if name not in failed]
    for name in failed:
        print(f"failed: {name}")
    print(f"{len(passed)} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed or code != 0 else 0


if __name__ == "__main__":
    sys.exit(main())
