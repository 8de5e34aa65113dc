# SPDX-License-Identifier: Apache-2.0
"""Builds the wheel, installs it into a clean environment, checks types and runs the tests of this folder against it.

Usage: wheel_test.py SOURCE_DIR BUILD_DIR [PYTEST ARGUMENT …]. The environments and the wheel's build tree lie in
BUILD_DIR. The wheel is built with the flags of the developers' build, so that the compiler cache answers.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

BUILD_TOOLS = ["scikit-build-core==1.1.2", "nanobind==3.1.0", "mypy==2.4.1"]
FLAGS = {
    "cmake.build-type": "Debug",
    "cmake.define.CMAKE_CXX_FLAGS_DEBUG": "-O1 -g1",
    "cmake.define.CMAKE_C_COMPILER_LAUNCHER": "ccache",
    "cmake.define.CMAKE_CXX_COMPILER_LAUNCHER": "ccache",
}


def run(*command: object, **kwargs: object) -> None:
    subprocess.run([str(word) for word in command], check=True, **kwargs)  # type: ignore[call-overload]


def environment(folder: Path) -> Path:
    """The Python of a virtual environment, made when it is missing."""
    python = folder / "bin" / "python"
    if not python.exists():
        run(sys.executable, "-m", "venv", folder)
    return python


def build_wheel(source: Path, build: Path) -> Path:
    python = environment(build / "python-tools")
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *BUILD_TOOLS)
    out = build / "wheels"
    shutil.rmtree(out, ignore_errors=True)
    settings = [f"-C{name}={value}" for name, value in {**FLAGS, "build-dir": build / "wheel"}.items()]
    command = [python, "-m", "pip", "wheel", source, "--no-build-isolation", "--no-deps", "-w", out, *settings]
    run(*command, env={**os.environ, "CCACHE_NOHASHDIR": "1", "SKBUILD_CMAKE_ARGS": ""})
    return next(out.glob("metaxy-*.whl"))


def install(wheel: Path, build: Path, requirements: Path) -> Path:
    python = environment(build / "python-installed")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, "-r", requirements)
    run(*pip, "--force-reinstall", "--no-deps", wheel)
    return python


def check_types(source: Path, build: Path, python: Path) -> None:
    """The installed package, its tests and the example projects, as a type checker sees them."""
    projects = sorted(folder for folder in (source / "examples").glob("python_*") if (folder / "run.py").exists())
    command: list[object] = [build / "python-tools" / "bin" / "mypy", "--config-file", source / "pyproject.toml"]
    command += ["--python-executable", python, "--cache-dir", build / "python-types"]
    run(*command, "-p", "metaxy", cwd=build)
    for folder in (source / "tests" / "python", *projects):
        run(*command, folder, env={**os.environ, "MYPYPATH": str(folder)}, cwd=build)


def main() -> int:
    source, build = Path(sys.argv[1]), Path(sys.argv[2])
    tests = source / "tests" / "python"
    python = install(build_wheel(source, build), build, tests / "requirements.txt")
    run(python.parent / "mx", "--version")
    run(python, "-m", "pip", "check")
    check_types(source, build, python)
    outside = build / "python-run"  # so that nothing of the checkout can be imported
    outside.mkdir(exist_ok=True)
    command = [python, "-m", "pytest", "-c", source / "pyproject.toml", "-p", "no:cacheprovider", tests]
    return subprocess.run([*map(str, command), *sys.argv[3:]], cwd=outside).returncode


if __name__ == "__main__":
    sys.exit(main())
