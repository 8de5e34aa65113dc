# SPDX-License-Identifier: Apache-2.0
"""Examples in docstrings and in the guides do what they say."""

from __future__ import annotations

import contextvars
import doctest
import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import metaxy
import metaxy as mx

# What modules need that need not be installed.
NEEDS = {"metaxy.ext.ray": "ray"}
MODULES = sorted(module.name for module in pkgutil.walk_packages(metaxy.__path__, "metaxy.", onerror=lambda name: None))
DOCS = Path(__file__).parents[2] / "docs"
GUIDES = {"mcp.md": 5, "python.md": 10, "sqlmodel.md": 8}


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_docstrings(name: str) -> None:
    for prefix, package in NEEDS.items():
        if name.startswith(prefix):
            pytest.importorskip(package)
    module = importlib.import_module(name)
    assert doctest.testmod(module, optionflags=doctest.ELLIPSIS).failed == 0


@pytest.mark.parametrize("name", sorted(GUIDES))
def test_examples_of_the_guides(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_guide(name, GUIDES[name], tmp_path, monkeypatch)


def run_guide(name: str, more_than: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs the examples of a page of docs/ in a folder."""
    monkeypatch.chdir(folder)
    monkeypatch.setitem(sys.modules, "guide", ModuleType("guide"))
    text = (DOCS / name).read_text(encoding="utf-8")
    test = doctest.DocTestParser().get_doctest(text, {"__name__": "guide"}, name, str(DOCS / name), 0)
    assert len(test.examples) > more_than
    process = mx.FeatureGraph._process[:]
    try:
        # The guide makes its graph the process's, which that of this test's context would hide.
        results = contextvars.Context().run(doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run, test)
    finally:
        mx.FeatureGraph._process[:] = process
    assert results.failed == 0


def test_importing_is_cheap() -> None:
    """No library is loaded before it is used."""
    heavy = {"polars", "pandas", "pyarrow", "narwhals", "pydantic", "duckdb", "ibis"}
    script = f"import sys, metaxy; metaxy.FeatureKey('a'); print(sorted({heavy!r} & set(sys.modules)))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert found.stdout.strip() == "[]"


def test_every_public_name_is_there() -> None:
    for name in metaxy.__all__:
        assert getattr(metaxy, name) is not None, name
    with pytest.raises(AttributeError):
        metaxy.no_such_name  # noqa: B018


def test_the_core_has_stubs() -> None:
    """Type checkers know the core's names; in the build tree there are no stubs."""
    stub = Path(metaxy.__file__).with_name("_core.pyi")
    if "site-packages" not in metaxy.__file__:
        pytest.skip("not installed")
    text = stub.read_text(encoding="utf-8")
    missing = [name for name in dir(metaxy._core) if name[0] != "_" and f" {name}" not in text]
    assert not missing
