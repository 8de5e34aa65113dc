# SPDX-License-Identifier: Apache-2.0
"""Every test has a graph of its own and no configuration but what it makes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import metaxy as mx

# Definitions are pydantic's models where metaxy is imported in the compatibility mode, so its tests run by themselves.
IN_COMPAT = os.environ.get("METAXY_COMPAT") == "0.1"
CONFORMANCE = Path(os.environ.get("METAXY_CONFORMANCE") or Path(__file__).parent.parent / "conformance")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    if collection_path.suffix != ".py":
        return None
    return True if collection_path.name.startswith("test_compat") != IN_COMPAT else None


@pytest.fixture(autouse=True)
def fresh_graph(monkeypatch: pytest.MonkeyPatch) -> Iterator[mx.FeatureGraph]:
    for name in list(os.environ):
        if name.startswith("METAXY_") and name not in ("METAXY_CONFORMANCE", "METAXY_CONFORMANCE_SAMPLE", "METAXY_DEPS"):
            monkeypatch.delenv(name)
    mx.MetaxyConfig.reset()
    with mx.FeatureGraph().use() as graph:
        yield graph
    mx.MetaxyConfig.reset()


@pytest.fixture
def compat(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference's rules."""
    monkeypatch.setenv("METAXY_COMPAT", "0.1")
