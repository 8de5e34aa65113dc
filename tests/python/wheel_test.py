# SPDX-License-Identifier: Apache-2.0
"""Builds the wheel, installs it into a clean environment, checks types and runs the tests of this folder against it.

Usage: wheel_test.py SOURCE_DIR BUILD_DIR [PYTEST ARGUMENT …]. The environments and the wheel's build tree lie in
BUILD_DIR. The wheel is built with the flags of the developers' build, and as deep, so that the compiler cache answers.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from build_wheels import REPAIR_TOOLS, repair

BUILD_TOOLS = ["scikit-build-core==1.1.2", "nanobind==3.1.0", "mypy==2.4.1", *REPAIR_TOOLS]
BUILD_TOOLS += ["cmake>=3.26,<5; python_version >= '3.12'"]
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
    linked = out / "linked"
    values = {**FLAGS, "build-dir": build.with_name(f"{build.name}-wheel")}
    settings = [f"-C{name}={value}" for name, value in values.items()]
    command = [python, "-m", "pip", "wheel", source, "--no-build-isolation", "--no-deps", "-w", linked, *settings]
    run(*command, env={**os.environ, "CCACHE_NOHASHDIR": "1", "CCACHE_BASEDIR": str(source), "SKBUILD_CMAKE_ARGS": ""})
    return repair(next(linked.glob("metaxy-*.whl")), out, python)


def install(wheel: Path, build: Path, requirements: Path) -> Path:
    python = environment(build / "python-installed")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, "-r", requirements)
    run(*pip, "--force-reinstall", "--no-deps", wheel)
    return python


def check_sdist(source: Path, build: Path) -> None:
    """The source distribution has what is needed to build, nothing else, and CMake can configure it."""
    out = build / "sdist"
    shutil.rmtree(out, ignore_errors=True)
    python = build / "python-tools" / "bin" / "python"
    run(python, "-c", f"from scikit_build_core.build import build_sdist; build_sdist({str(out)!r})", cwd=source)
    with tarfile.open(next(out.glob("metaxy-*.tar.gz"))) as archive:
        archive.extractall(out)
    unpacked = next(path for path in out.iterdir() if path.is_dir())
    found = {path.name for path in unpacked.iterdir()}
    needed = {"CMakeLists.txt", "LICENSE", "README.md", "cmake", "include", "pyproject.toml", "python", "src", "tools"}
    more = {"ARCHITECTURE.md", "CHANGELOG.md", "PKG-INFO"}
    assert needed <= found <= needed | more, sorted(found ^ needed)
    listed = subprocess.run(["git", "ls-files", *needed], cwd=source, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        files = {str(path.relative_to(unpacked)) for path in unpacked.rglob("*") if path.is_file()}
        known = set(listed.stdout.split())
        assert known <= files, sorted(known - files)
    cmake = ["cmake", "-S", unpacked, "-B", out / "configured", "-G", "Ninja", f"-DPython_EXECUTABLE={python}"]
    run(*cmake, "-DMETAXY_PYTHON=ON", "-DMETAXY_DEVELOPER=OFF", stdout=subprocess.DEVNULL)


def check_types(source: Path, build: Path, python: Path) -> None:
    """The installed package, its tests and the example projects, as a type checker sees them."""
    projects = sorted(folder for folder in (source / "examples").glob("python_*") if (folder / "run.py").exists())
    command: list[object] = [build / "python-tools" / "bin" / "mypy", "--config-file", source / "pyproject.toml"]
    command += ["--python-executable", python, "--cache-dir", build / "python-types"]
    run(*command, "-p", "metaxy", cwd=build)
    for folder in (source / "tests" / "python", *projects):
        run(*command, folder, env={**os.environ, "MYPYPATH": f"{folder}:{source / 'tools'}"}, cwd=build)


def main() -> int:
    source, build = Path(sys.argv[1]), Path(sys.argv[2])
    tests = source / "tests" / "python"
    python = install(build_wheel(source, build), build, tests / "requirements.txt")
    check_sdist(source, build)
    run(python, tests / "smoke.py", cwd=build)
    run(python, "-m", "pip", "check")
    check_types(source, build, python)
    outside = build / "python-run"  # so that nothing of the checkout can be imported
    outside.mkdir(exist_ok=True)
    command = [python, "-m", "pytest", "-c", source / "pyproject.toml", "-p", "no:cacheprovider", tests]
    clickhouse = (build / "tests" / "clickhouse.uri").read_text().split()[0]  # of a server that CTest has started
    env = {**os.environ, "METAXY_TEST_CLICKHOUSE": clickhouse}
    runs = [env, {**env, "METAXY_COMPAT": "0.1"}]  # the tests of the compatibility mode run by themselves
    return max(subprocess.run([*map(str, command), *sys.argv[3:]], cwd=outside, env=it).returncode for it in runs)


if __name__ == "__main__":
    sys.exit(main())
