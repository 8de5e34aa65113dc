# SPDX-License-Identifier: Apache-2.0
"""Examples in docstrings and on the pages of docs/ do what they say."""

from __future__ import annotations

import doctest
import importlib
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import metaxy
import pages

# What modules need that need not be installed.
NEEDS = {"metaxy.ext.ray": "ray"}
MODULES = sorted(module.name for module in pkgutil.walk_packages(metaxy.__path__, "metaxy.", onerror=lambda name: None))
DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_docstrings(name: str) -> None:
    for prefix, package in NEEDS.items():
        if name.startswith(prefix):
            pytest.importorskip(package)
    module = importlib.import_module(name)
    assert doctest.testmod(module, optionflags=doctest.ELLIPSIS).failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_pages_do_what_they_say(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if page.stem == "ray":
        pytest.importorskip("ray")
    monkeypatch.chdir(tmp_path)
    played = pages.play(page, tmp_path)
    teaches = page.parent.name in ("concepts", "howto") or page.stem in ("index", "quickstart", "python", "migration")
    assert played > 0 or not teaches or page.parent.name == "api"


def test_the_site_has_every_page_and_every_link_leads_somewhere() -> None:
    listed = re.findall(r"(\S+\.md)$", (DOCS.parent / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(page.relative_to(DOCS).as_posix() for page in PAGES)
    for page in PAGES:
        text = pages.FENCE.sub("", page.read_text(encoding="utf-8"))
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert (page.parent / link).is_file(), f"{page.name} links to {link}"


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
        metaxy.no_such_name  # type: ignore[attr-defined]  # noqa: B018


def test_the_core_has_stubs() -> None:
    """Type checkers know the core's names; in the build tree there are no stubs."""
    stub = Path(metaxy.__file__).with_name("_core.pyi")
    if "site-packages" not in metaxy.__file__:
        pytest.skip("not installed")
    text = stub.read_text(encoding="utf-8")
    missing = [name for name in dir(metaxy._core) if name[0] != "_" and f" {name}" not in text]
    assert not missing
