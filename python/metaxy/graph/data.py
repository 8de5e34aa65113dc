# SPDX-License-Identifier: Apache-2.0
"""A graph as plain data, for pictures."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from metaxy._core import FeatureKey, FieldKey
from metaxy.models.feature import FeatureGraph
from metaxy.models.types import CoercibleToFeatureKey, coerce_to_feature_key

__all__ = ["EdgeData", "FieldNode", "GraphData", "GraphNode"]

Key = Annotated[FeatureKey, BeforeValidator(coerce_to_feature_key)]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FieldNode(_Data):
    """A field of a feature."""

    key: FieldKey
    version: str | None = None
    code_version: str | None = None


class GraphNode(_Data):
    """A feature. `dependencies`: its upstreams in the order declared, also those outside of the picture."""

    key: Key
    version: str | None = None
    code_version: str | None = None
    fields: list[FieldNode] = Field(default_factory=list)
    dependencies: list[Key] = Field(default_factory=list)
    project: str | None = None


class EdgeData(_Data):
    """From an upstream to what depends on it."""

    from_key: Key
    to_key: Key


class GraphData(_Data):
    """Features by key as text, and what connects them.

    Examples:
        >>> GraphData.from_feature_graph(FeatureGraph()).nodes
        {}
    """

    nodes: dict[str, GraphNode]
    edges: list[EdgeData] = Field(default_factory=list)
    project_version: str | None = None

    @classmethod
    def from_feature_graph(cls, graph: FeatureGraph) -> GraphData:
        """What a graph holds. Raises: MetaxyMissingFeatureDependency when an upstream is not in the graph."""
        nodes = {str(key): _node(graph, key) for key in graph.feature_definitions_by_key}
        edges = [EdgeData(from_key=dep, to_key=node.key) for node in nodes.values() for dep in node.dependencies]
        try:
            version: str | None = graph.project_version
        except RuntimeError:
            version = None
        return cls(nodes=nodes, edges=edges, project_version=version)

    @classmethod
    def from_snapshot(cls, snapshot_data: dict[str, Any]) -> GraphData:
        """What FeatureGraph.to_snapshot gave."""
        return cls.from_feature_graph(FeatureGraph.from_snapshot(snapshot_data))

    def get_node(self, key: CoercibleToFeatureKey) -> GraphNode | None:
        """The feature of that key; None when there is none."""
        return self.nodes.get(str(coerce_to_feature_key(key)))


def _node(graph: FeatureGraph, key: FeatureKey) -> GraphNode:
    definition = graph.feature_definitions_by_key[key]
    versions = graph.get_feature_version_by_field(key)
    fields = [
        FieldNode(key=field.key, version=versions[str(field.key)], code_version=field.code_version)
        for field in definition.spec.fields
    ]
    return GraphNode(
        key=key,
        version=graph.get_feature_version(key),
        fields=fields,
        dependencies=list(dict.fromkeys(dep.feature for dep in definition.spec.deps)),
        project=definition.project,
    )
