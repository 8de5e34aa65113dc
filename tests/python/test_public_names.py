# SPDX-License-Identifier: Apache-2.0
"""Every public name has a docstring; names that type checkers know are those that there are."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

import metaxy
import metaxy.models

MODULES = [
    "metaxy",
    "metaxy.config",
    "metaxy.entrypoints",
    "metaxy.ext.duckdb",
    "metaxy.filters",
    "metaxy.graph",
    "metaxy.metadata_store",
    "metaxy.metadata_store.exceptions",
    "metaxy.metadata_store.warnings",
    "metaxy.testing",
    "metaxy.utils",
    "metaxy.utils.exceptions",
    "metaxy.versioning.types",
    *(f"metaxy.models.{module.name}" for module in pkgutil.iter_modules(metaxy.models.__path__)),
]


def names_of(module: Any) -> list[str]:
    """What a module offers: its list, or else what it defines."""
    listed = getattr(module, "__all__", None)
    if listed is not None:
        return list(listed)
    return [name for name, value in vars(module).items() if name[0] != "_" and _home(value) == module.__name__]


def _home(value: Any) -> str | None:
    return getattr(value, "__module__", None) if inspect.isclass(value) or inspect.isroutine(value) else None


def described(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """What of a public name needs a docstring: functions, classes and what classes define themselves."""
    if inspect.isroutine(value) or inspect.isclass(value):
        yield name, value
    if not inspect.isclass(value) or not _home(value).startswith("metaxy"):  # type: ignore[union-attr]
        return
    for member, raw in vars(value).items():
        if member[0] == "_" or isinstance(value, type(Enum)) and isinstance(raw, value):
            continue
        found = raw.__func__ if isinstance(raw, (classmethod, staticmethod)) else raw
        if hasattr(found, "__get__") and type(found).__name__ not in ("member_descriptor", "_tuplegetter"):
            yield f"{name}.{member}", found


def undescribed(module: str) -> set[str]:
    loaded = importlib.import_module(module)
    out = set()
    for name in names_of(loaded):
        value = getattr(loaded, name)
        for place, found in described(name, value):
            if not (inspect.getdoc(found) or "").strip():
                out.add(f"{_home(value)}.{place}")
    return out


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_has_a_docstring(module: str) -> None:
    assert inspect.getdoc(importlib.import_module(module))
    assert {name for name in undescribed(module) if not name.startswith("metaxy._core.")} == set()


def test_type_checkers_know_the_names_that_there_are() -> None:
    tree = ast.parse(Path(metaxy.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    known = {alias.asname: node.module for node in block.body for alias in node.names}  # type: ignore[attr-defined]
    assert known == metaxy._HOME_OF
    assert sorted(known) == metaxy.__all__
