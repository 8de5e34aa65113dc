# SPDX-License-Identifier: Apache-2.0
"""The names that code written for the reference uses, under every path, and the members of its classes."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path

import pytest

KNOWN = json.loads((Path(__file__).parent / "reference_names.json").read_text(encoding="utf-8"))

pytestmark = pytest.mark.usefixtures("compat")


@pytest.mark.parametrize("module", KNOWN["names"])
def test_names_are_there(module: str) -> None:
    loaded = import_module(module)
    assert [name for name in KNOWN["names"][module] if not hasattr(loaded, name)] == []


@pytest.mark.parametrize("path", KNOWN["members"])
def test_members_are_there(path: str) -> None:
    module, _, name = path.rpartition(".")
    cls = getattr(import_module(module), name)
    later = {"add_note"} if sys.version_info < (3, 11) else set()  # of all exceptions
    assert [member for member in KNOWN["members"][path] if not hasattr(cls, member) and member not in later] == []
