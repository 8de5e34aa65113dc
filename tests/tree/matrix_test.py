#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/matrix.md says which scenarios run on which stores, as tests/CMakeLists.txt declares it; METAXY_ACCEPT=1 writes it
anew."""
import fnmatch
import json
import os
import re
import sys
from collections import Counter
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
PAGE = TESTS.parent / "docs" / "matrix.md"
NAMES = {
    "": "DuckDB",
    "postgresql.": "PostgreSQL",
    "sqlite.": "SQLite",
    "clickhouse.": "ClickHouse",
    "clickhouse-cluster.": "ClickHouse, 2 shards",
    "adbc.": "ADBC",
    "lake.": "DuckLake",
    "storage.": "storages",
}
DECLARED = re.compile(r"((?:^#.*\n)*)^gtest_discover_tests\((test_ops|conformance)\b([^)]*)\)", re.M)
HEAD = """# What runs where

Every scenario is a test above the stores, and runs on each of these stores: in hash format 1 with the store's default
algorithm, and, as answered by the reference, in hash format 0 with the algorithms of the second table. The cells count
tests. `tests/tree/matrix_test.py` makes this page of the declarations in `tests/CMakeLists.txt` and fails when it says
something else; what a run skips besides must stand in `tests/expected_skips.txt`. Each store also runs the contract
of stores (`tests/contract/`); Delta, Iceberg and LanceDB run the tests of `tests/python/`.

"""


class Suite:
    """Tests of one program on one store."""

    def __init__(self, comment, program, words):
        found = {key: re.search(rf"{key} (\S+)", words) for key in ("TEST_PREFIX", "TEST_FILTER")}
        self.program = program
        self.prefix = found["TEST_PREFIX"][1] if found["TEST_PREFIX"] else ""
        chosen, _, left_out = (found["TEST_FILTER"][1] if found["TEST_FILTER"] else "*").partition("-")
        self.chosen, self.left_out = (chosen or "*").split(":"), left_out.split(":")
        self.folder = "conformance/clickhouse" if "/conformance/clickhouse" in words else "conformance"
        self.reason = " ".join(line.lstrip("# ") for line in comment.splitlines())

    def runs(self, test):
        return any(fnmatch.fnmatchcase(test, each) for each in self.chosen) and not any(
            fnmatch.fnmatchcase(test, each) for each in self.left_out)


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def conformance(suites):
    """Cases of increments, by lineage and algorithm."""
    out = ""
    for folder in sorted({suite.folder for suite in suites}):
        stores = ", ".join(dict.fromkeys(NAMES[suite.prefix] for suite in suites if suite.folder == folder))
        cases = [json.loads(line) for line in open(TESTS / folder / "increments.jsonl", encoding="utf-8")]
        count = Counter((case["kind"], case["hash_algorithm"]) for case in cases)
        kinds, algorithms = (list(dict.fromkeys(case[key] for case in cases)) for key in ("kind", "hash_algorithm"))
        rows = [[kind, *(count[kind, algorithm] or "–" for algorithm in algorithms)] for kind in kinds]
        out += f"On {stores}:\n\n" + table(["lineage", *algorithms], rows) + "\n"
    return out


def page():
    declared = [Suite(*found) for found in DECLARED.findall((TESTS / "CMakeLists.txt").read_text(encoding="utf-8"))]
    tests = []
    for source in sorted((TESTS / "unit" / "ops").glob("*_test.cpp")):
        tests += re.findall(r"^TEST(?:_F|_P)?\((\w+), (\w+)\)", source.read_text(encoding="utf-8"), re.M)
    # The first is declared with the other rooms, without a filter.
    ops = [Suite("", "test_ops", ""), *(suite for suite in declared if suite.program == "test_ops")]
    rows, left_out = [], []
    for name in sorted({suite for suite, _ in tests}):
        own = [f"{suite}.{test}" for suite, test in tests if suite == name]
        cells = [sum(suite.runs(test) for test in own) for suite in ops]
        rows.append([name, *(f"{n} of {len(own)}" if 0 < n < len(own) else n or "–" for n in cells)])
    for suite in ops:
        if missing := [f"{name}.{test}" for name, test in tests if not suite.runs(f"{name}.{test}")]:
            names = f"{len(missing)} tests" if len(missing) > 3 else ", ".join(f"`{name}`" for name in missing)
            left_out.append(f"- {NAMES[suite.prefix]}, {names}: {suite.reason}\n")
    out = HEAD + table(["scenarios", *(NAMES[suite.prefix] for suite in ops)], rows)
    out += "\nLeft out, as the declaration says it:\n\n" + "".join(left_out)
    return out + "\n## Hash format 0\n\n" + conformance([suite for suite in declared if suite.program == "conformance"])


def main():
    text = page().rstrip("\n") + "\n"
    if os.environ.get("METAXY_ACCEPT"):
        PAGE.write_text(text, encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != text:
        sys.exit("docs/matrix.md is not what the tests declare; METAXY_ACCEPT=1 python3 tests/tree/matrix_test.py writes it")


if __name__ == "__main__":
    main()
