# SPDX-License-Identifier: Apache-2.0
"""Looking at graphs: descriptions and pictures."""

from typing import Any

from metaxy.graph.describe import describe_graph, get_feature_dependencies, get_feature_dependents

_LAZY: dict[str, str] = {}
__all__ = ["describe_graph", "get_feature_dependencies", "get_feature_dependents", *_LAZY]


def __getattr__(name: str) -> Any:
    from metaxy._lazy import attribute

    return attribute(__name__, _LAZY, name)
