# SPDX-License-Identifier: Apache-2.0
"""Looking at graphs: descriptions and pictures."""

from typing import Any

from metaxy.graph.describe import describe_graph, get_feature_dependencies, get_feature_dependents

_LAZY = {
    "BaseRenderer": "metaxy.graph.rendering",
    "CardsRenderer": "metaxy.graph.rendering",
    "GraphData": "metaxy.graph.data",
    "GraphvizRenderer": "metaxy.graph.rendering",
    "MermaidRenderer": "metaxy.graph.rendering",
    "RenderConfig": "metaxy.graph.rendering",
    "TerminalRenderer": "metaxy.graph.rendering",
}
__all__ = ["describe_graph", "get_feature_dependencies", "get_feature_dependents", *_LAZY]


def __getattr__(name: str) -> Any:
    from metaxy._lazy import attribute

    return attribute(__name__, _LAZY, name)
