#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Keeps the rooms apart: which room may include which, and a few rules of the house that no compiler checks.

The table of rooms is the one in ARCHITECTURE.md. Prints every violation as `file:line: text`; exit code 1 when there
is one. An arrow is transitive: who may include `graph` may include what `graph` may include.
"""
import re
import sys
from pathlib import Path

# room → rooms that it may include. A room missing here is a violation itself.
ROOMS = {
    "base": [],
    "hash": ["base"],
    "arrow": ["base"],
    "spec": ["base", "hash"],
    "graph": ["spec"],
    "rel": ["base"],
    "sql": ["rel"],
    "lineage": ["graph", "rel"],
    "store": ["rel", "sql", "arrow"],
    "stores/duckdb": ["store", "hash"],
    "stores/postgresql": ["store", "hash"],
    "stores/clickhouse": ["store", "hash"],
    "stores/sqlite": ["store", "hash"],
    "stores/adbc": ["store", "hash"],
    "stores": ["stores/duckdb", "stores/postgresql", "stores/clickhouse", "stores/sqlite", "stores/adbc"],
    "ops": ["lineage", "store"],
    "ingest": ["ops", "hash"],
    "project": ["ops", "stores"],
    "cli": ["project", "ingest"],
    "python": ["project"],
}
# What is behind the registry is nobody's business above it.
CLOSED = {"stores"}
# Rooms without effects: no files, streams, terminals or environment.
PURE = {"base", "hash", "arrow", "spec", "graph", "rel", "sql", "lineage"}
EFFECT_HEADERS = {"fstream", "iostream", "filesystem", "cstdio", "unistd.h", "fcntl.h", "sys/stat.h", "thread"}
# Files of pure rooms that may have effects, with the reason.
EFFECTS_ALLOWED = {
    "arrow/ipc.hpp": "reads and writes an open file that it is given",
    "arrow/ipc.cpp": "reads and writes an open file that it is given",
}
# Headers of other projects → rooms that may include them.
FOREIGN = {
    r"duckdb\.h$": {"stores/duckdb"},
    r"libpq-fe\.h$": {"stores/postgresql"},
    r"curl/": {"stores/clickhouse"},
    r"sqlite3\.h$": {"stores/sqlite"},
    r"arrow-adbc/": {"stores/adbc"},
    r"toml\+\+/": {"project"},
    r"CLI/": {"cli"},
    r"graphviz/": {"cli"},
    r"nanobind/": {"python"},
    r"lib(avformat|avcodec|avutil)/|magic\.h$": {"ingest"},
    r"xxhash\.h$|farmhash\.h$": {"hash"},
    r"openssl/": {"hash", "ingest"},  # ingest digests the bytes of files
}
# public header → the room that owns it; headers of `ext/` are for authors of stores and dialects.
PUBLIC = {
    "error.hpp": "base",
    "progress.hpp": "base",
    "hash.hpp": "hash",
    "arrow.hpp": "arrow",
    "spec.hpp": "spec",
    "graph.hpp": "graph",
    "ops.hpp": "ops",
    "project.hpp": "project",
}
UMBRELLA = "metaxy.hpp"  # for users; no room includes it
MAX_PUBLIC = 12
MAX_LINES = 600
SPDX = "SPDX-License-Identifier: Apache-2.0"
SOURCE_ENDINGS = {".cpp", ".hpp", ".h", ".cc", ".c"}
CHECKED_FOLDERS = ["src", "include", "tests", "bench", "fuzz", "examples", "tools"]
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


def reachable(room):
    """The room itself and what it may include."""
    seen, todo = set(), [room]
    while todo:
        current = todo.pop()
        if current in seen:
            continue
        seen.add(current)
        if current not in CLOSED or current == room:
            todo += ROOMS.get(current, [])
    return seen


def room_of(path):
    """The room of a path relative to src/: its folder."""
    return "/".join(path.split("/")[:-1])


def includes(text):
    for number, line in enumerate(text.splitlines(), 1):
        found = INCLUDE.match(line)
        if found:
            yield number, found.group(1) == "<", found.group(2)


def check_include(room, angled, target, private_known, effects=False):
    """What is wrong with one include of a room's source or of a public header that the room owns; None when nothing."""
    if target.startswith("metaxy/"):
        name = target.removeprefix("metaxy/")
        if not angled:
            return f'"{target}" is public: write <{target}>'
        if name == UMBRELLA:
            return f"<{target}> is for users: include the single headers"
        if name not in PUBLIC:
            return f"<{target}> has no owner: add it to PUBLIC in tools/check_includes.py"
        if PUBLIC[name] not in reachable(room):
            return f"room {room} may not include <{target}> of room {PUBLIC[name]}"
        return None
    if target in private_known:
        owner = room_of(target)
        if angled:
            return f'<{target}> is private: write "{target}"'
        if owner not in reachable(room):
            return f'room {room} may not include "{target}" of room {owner}'
        return None
    if not angled:
        return f'"{target}" is not a header of src/: private headers are included as "room/name.hpp"'
    if room in PURE and target in EFFECT_HEADERS and not effects:
        return f"room {room} is pure and may not include <{target}>"
    for pattern, rooms in FOREIGN.items():
        if re.match(pattern, target) and room not in rooms:
            return f"room {room} may not include <{target}>: only {', '.join(sorted(rooms))} may"
    return None


def check_source(name, text):
    """Rules for every source file, wherever it lies."""
    lines = text.splitlines()
    if not lines or SPDX not in lines[0]:
        yield f"{name}:1: the first line must be // {SPDX}"
    if len(lines) > MAX_LINES:
        yield f"{name}:{len(lines)}: {len(lines)} lines, more than {MAX_LINES}: split it by nouns"
    for number, line in enumerate(lines, 1):
        if re.match(r"\s*using\s+namespace\s+std\s*;", line):
            yield f"{name}:{number}: using namespace std"


def check_rooms(root, private_known):
    source_root = root / "src"
    for path in sorted(p for p in source_root.rglob("*") if p.suffix in SOURCE_ENDINGS):
        relative = path.relative_to(source_root).as_posix()
        room = room_of(relative)
        if room not in ROOMS:
            yield f"src/{relative}:1: {room or 'src'} is no room: rooms are listed in tools/check_includes.py"
            continue
        for number, angled, target in includes(path.read_text(encoding="utf-8")):
            fault = check_include(room, angled, target, private_known, effects=relative in EFFECTS_ALLOWED)
            if fault:
                yield f"src/{relative}:{number}: {fault}"


def check_public(root, private_known):
    public_root = root / "include" / "metaxy"
    headers = sorted(p.relative_to(public_root).as_posix() for p in public_root.rglob("*.hpp"))
    plain = [h for h in headers if not h.startswith("ext/")]
    if len(plain) > MAX_PUBLIC:
        yield f"include/metaxy:1: {len(plain)} public headers, more than {MAX_PUBLIC}"
    for header in headers:
        name = f"include/metaxy/{header}"
        if header not in PUBLIC and header != UMBRELLA and not header.startswith("ext/"):
            yield f"{name}:1: the header has no owner: add it to PUBLIC in tools/check_includes.py"
            continue
        for number, angled, target in includes((public_root / header).read_text(encoding="utf-8")):
            if target in private_known or not angled:
                yield f'{name}:{number}: a public header may not name the private "{target}"'
            elif not target.startswith("metaxy/") and ("/" in target or "." in target):
                yield f"{name}:{number}: a public header may not need <{target}> of another project"
            elif header != UMBRELLA and header in PUBLIC:
                fault = check_include(PUBLIC[header], angled, target, private_known)
                if fault:
                    yield f"{name}:{number}: {fault}"


def check_tree(root):
    """All violations of a source tree, in a fixed order."""
    root = Path(root)
    source_root = root / "src"
    private_known = {p.relative_to(source_root).as_posix() for p in source_root.rglob("*.hpp")}
    private_known |= {p.relative_to(source_root).as_posix() for p in source_root.rglob("*.h")}
    for folder in CHECKED_FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in SOURCE_ENDINGS:
                yield from check_source(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
    yield from check_rooms(root, private_known)
    yield from check_public(root, private_known)


def main(arguments):
    root = arguments[0] if arguments else Path(__file__).resolve().parent.parent
    if not (Path(root) / "src").is_dir():
        print(f"check_includes: {root} has no folder src", file=sys.stderr)
        return 2
    violations = list(check_tree(root))
    for violation in violations:
        print(violation)
    print(f"check_includes: {len(violations)} violations" if violations else "check_includes: nothing to object to")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
