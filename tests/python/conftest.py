# SPDX-License-Identifier: Apache-2.0
"""Every test has a graph of its own and no configuration but what it makes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import metaxy as mx

CONFORMANCE = Path(os.environ.get("METAXY_CONFORMANCE") or Path(__file__).parent.parent / "conformance")


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
