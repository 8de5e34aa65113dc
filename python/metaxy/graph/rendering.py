# SPDX-License-Identifier: Apache-2.0
"""Pictures of graphs as text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from metaxy._core import FeatureKey
from metaxy.graph.data import FieldNode, GraphData, GraphNode
from metaxy.models.feature import FeatureGraph

__all__ = [
    "BaseRenderer",
    "CardsRenderer",
    "GraphvizRenderer",
    "MermaidRenderer",
    "RenderConfig",
    "TerminalRenderer",
]

Item = TypeVar("Item")


@dataclass(kw_only=True)
class RenderConfig:
    """What a picture shows.

    Args:
        hash_length: characters of a version; 0: all.
        direction: `TB` or `LR`.
        feature: only this feature (`a/b` or `a__b`) and those around it.
        up: how many steps of upstreams around `feature`; None: all.
        down: how many steps of downstreams around `feature`; None: all.
        project: only features of this project and their direct upstreams.

    Examples:
        >>> RenderConfig.minimal().show_feature_versions
        False
    """

    show_fields: bool = True
    show_feature_versions: bool = True
    show_field_versions: bool = True
    show_code_versions: bool = False
    show_project_version: bool = True
    hash_length: int = 8
    direction: str = "TB"
    feature: str | None = None
    up: int | None = None
    down: int | None = None
    project: str | None = None
    show_projects: bool = True
    title: str | None = None

    @classmethod
    def default(cls) -> RenderConfig:
        """What is shown when nothing is said."""
        return cls()

    @classmethod
    def minimal(cls) -> RenderConfig:
        """No versions."""
        return cls(show_feature_versions=False, show_field_versions=False, show_project_version=False)

    @classmethod
    def verbose(cls) -> RenderConfig:
        """Everything, versions whole."""
        return cls(show_code_versions=True, hash_length=0)

    def get_feature_key(self) -> FeatureKey | None:
        """The feature in the middle. Raises: pydantic.ValidationError."""
        return None if self.feature is None else FeatureKey(self.feature.replace("__", "/"))


class BaseRenderer:
    """Base of renderers.

    Args:
        graph: what to show, or else `graph_data`.

    Raises:
        ValueError: neither is given, or the graph lacks the feature in the middle.
    """

    def __init__(
        self,
        graph: FeatureGraph | None = None,
        config: RenderConfig | None = None,
        graph_data: GraphData | None = None,
    ) -> None:
        if graph_data is None:
            if graph is None:
                raise ValueError("a renderer needs either graph or graph_data")
            graph_data = GraphData.from_feature_graph(graph)
        self.config = config or RenderConfig()
        self.graph_data = graph_data

    def render(self) -> str:
        """The picture."""
        raise NotImplementedError(f"{type(self).__name__} draws nothing")

    def _nodes(self) -> list[GraphNode]:
        """The features to show, upstreams first, among equals by key."""
        shown = self._shown()
        out: dict[FeatureKey, GraphNode] = {}
        entered: set[FeatureKey] = set()

        def by_name(keys: Iterable[FeatureKey]) -> list[FeatureKey]:
            return sorted((key for key in keys if key in shown), key=lambda key: str(key).lower(), reverse=True)

        waiting = by_name(shown)
        while waiting:
            key = waiting[-1]
            node = self.graph_data.nodes[str(key)]
            if key not in entered:
                entered.add(key)
                waiting.extend(dep for dep in by_name(node.dependencies) if dep not in entered)
                continue
            waiting.pop()
            out.setdefault(key, node)
        return list(out.values())

    def _shown(self) -> set[FeatureKey]:
        nodes = {node.key: node for node in self.graph_data.nodes.values()}
        focus = self.config.get_feature_key()
        if focus is not None:
            if focus not in nodes:
                raise ValueError(f"feature {focus} was not found in the graph")
            upstreams = {key: node.dependencies for key, node in nodes.items()}
            downstreams: dict[FeatureKey, list[FeatureKey]] = {}
            for edge in self.graph_data.edges:
                downstreams.setdefault(edge.from_key, []).append(edge.to_key)
            above = _within(focus, upstreams, self.config.up)
            return (above | _within(focus, downstreams, self.config.down)) & set(nodes)
        if self.config.project is None:
            return set(nodes)
        own = {key for key, node in nodes.items() if node.project == self.config.project}
        return own | {dep for key in own for dep in nodes[key].dependencies if dep in nodes}

    def _edges(self, nodes: list[GraphNode]) -> list[tuple[FeatureKey, FeatureKey]]:
        shown = {node.key for node in nodes}
        edges = [(edge.from_key, edge.to_key) for edge in self.graph_data.edges]
        return [edge for edge in edges if edge[0] in shown and edge[1] in shown]

    def _hash(self, version: str) -> str:
        return version[: self.config.hash_length] if self.config.hash_length > 0 else version

    def _title(self) -> str:
        title = self.config.title or "Graph"
        version = self.graph_data.project_version if self.config.show_project_version else None
        return title if version is None else f"{title} (snapshot: {self._hash(version)})"

    def _versions_of_feature(self, node: GraphNode) -> list[str]:
        return self._versions(node, self.config.show_feature_versions)

    def _versions_of_field(self, field: FieldNode) -> list[str]:
        return self._versions(field, self.config.show_field_versions)

    def _versions(self, node: GraphNode | FieldNode, with_version: bool) -> list[str]:
        out = []
        if with_version and node.version is not None:
            out.append(f"v: {self._hash(node.version)}")
        if self.config.show_code_versions and node.code_version is not None:
            out.append(f"cv: {node.code_version}")
        return out

    def _in_brackets(self, name: object, remarks: list[str]) -> str:
        return " ".join([str(name), *(f"({remark})" for remark in remarks)])


def _within(start: FeatureKey, neighbours: dict[FeatureKey, list[FeatureKey]], steps: int | None) -> set[FeatureKey]:
    found, edge, taken = {start}, {start}, 0
    while edge and (steps is None or taken < steps):
        edge = {other for key in edge for other in neighbours.get(key, [])} - found
        found |= edge
        taken += 1
    return found


class TerminalRenderer(BaseRenderer):
    """A tree: every feature with its fields and upstreams."""

    def render(self) -> str:
        features = []
        for node in self._nodes():
            project = [f"project: {node.project}"] if self.config.show_projects and node.project else []
            below: list[tuple[str, list[str]]] = []
            if self.config.show_fields and node.fields:
                names = [self._in_brackets(field.key, self._versions_of_field(field)) for field in node.fields]
                below.append(("🔧 fields", names))
            if node.dependencies:
                below.append(("⬅️  depends on", [str(dep) for dep in node.dependencies]))
            features.append((self._in_brackets(node.key, [*project, *self._versions_of_feature(node)]), below))
        lines = [f"📊 {self._title()}"]
        for stem, trunk, (name, below) in _branches(features):
            lines.append(stem + name)
            for stem_2, trunk_2, (head, items) in _branches(below):
                lines.append(trunk + stem_2 + head)
                lines.extend(trunk + trunk_2 + stem_3 + item for stem_3, _, item in _branches(items))
        return "\n".join(lines) + "\n"


def _branches(items: list[Item]) -> list[tuple[str, str, Item]]:
    last = len(items) - 1
    return [("└── ", "    ", it) if place == last else ("├── ", "│   ", it) for place, it in enumerate(items)]


class CardsRenderer(BaseRenderer):
    """What depends on what, and a card for every feature, one below the other."""

    def render(self) -> str:
        nodes = self._nodes()
        lines = [f"📊 {self._title()}", ""]
        if edges := self._edges(nodes):
            lines += ["Dependencies:", *(f"  {start} → {end}" for start, end in edges), ""]
        lines.append("Features:")
        for node in nodes:
            lines += self._card(node)
        return "\n".join(lines) + "\n"

    def _card(self, node: GraphNode) -> list[str]:
        rows = [str(node.key), *self._versions_of_feature(node)]
        if self.config.show_projects and node.project:
            rows.insert(1, f"project: {node.project}")
        if self.config.show_fields and node.fields:
            names = [self._in_brackets(field.key, self._versions_of_field(field)) for field in node.fields]
            rows += ["", "Fields:", *(f"  • {name}" for name in names)]
        width = max(map(len, rows))
        frame = "─" * (width + 2)
        return [f"╭{frame}╮", *(f"│ {row:<{width}} │" for row in rows), f"╰{frame}╯"]


class GraphvizRenderer(BaseRenderer):
    """Text for Graphviz' `dot`."""

    def render(self) -> str:
        nodes = self._nodes()
        lines = [
            "strict digraph {",
            f"    rankdir={self.config.direction};",
            f"    label={_quoted(self._title())};",
            "    labelloc=t;",
            "    fontsize=14;",
            "    fontname=helvetica;",
            "",
        ]
        for node in nodes:
            label = _quoted("\n".join([str(node.key), *self._versions_of_feature(node)]))
            shape = "box" if node.dependencies else "doubleoctagon"
            lines.append(f'    {_quoted(str(node.key))} [label={label}, shape={shape}, color="#00FFFF"];')
        lines.append("")
        lines += [f"    {_quoted(str(start))} -> {_quoted(str(end))};" for start, end in self._edges(nodes)]
        lines.append("")
        if self.config.show_fields:
            lines += self._fields({node.key for node in nodes})
        return "\n".join([*lines, "}"])

    def _fields(self, shown: set[FeatureKey]) -> list[str]:
        out = []
        for node in self.graph_data.nodes.values():
            for field in node.fields if node.key in shown else []:
                name = _quoted(f"{node.key}::{field.key}")
                label = _quoted("\n".join([str(field.key), *self._versions_of_field(field)]))
                out.append(f'    {name} [label={label}, shape=ellipse, color="#5F87AF", fontsize=10];')
                out.append(f"    {_quoted(str(node.key))} -> {name} [style=dashed, arrowhead=none];")
        return out


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


class MermaidRenderer(BaseRenderer):
    """A Mermaid flowchart."""

    def render(self) -> str:
        nodes = self._nodes()
        ids = _mermaid_ids(nodes)
        title = (self.config.title or "Feature Graph").replace("\\", "\\\\").replace('"', '\\"')
        lines = ["---", f'title: "{title}"', "---", f"flowchart {self.config.direction}"]
        if self.config.show_project_version and self.graph_data.project_version is not None:
            lines.append(f"    %% Snapshot version: {self._hash(self.graph_data.project_version)}")
        lines.append(
            "    %%{init: {'flowchart': {'htmlLabels': true, 'curve': 'basis'}, "
            "'themeVariables': {'fontSize': '14px'}}}%%"
        )
        lines += [f'    {ids[node.key]}["{self._label(node)}"]' for node in nodes]
        lines += [f"    {ids[start]} --> {ids[end]}" for start, end in self._edges(nodes)]
        return "\n".join(lines) + "\n"

    def _label(self, node: GraphNode) -> str:
        remarks = [f"project: {node.project}"] if self.config.show_projects and node.project else []
        remarks += self._versions_of_feature(node)
        out = [f"<b>{_mermaid_text(str(node.key))}</b>", *(f"<small>({_mermaid_text(it)})</small>" for it in remarks)]
        if self.config.show_fields and node.fields:
            out.append("---")
            for field in node.fields:
                small = [f" <small>({_mermaid_text(it)})</small>" for it in self._versions_of_field(field)]
                out.append(f"• {_mermaid_text(str(field.key))}{''.join(small)}")
        return f"<div style='text-align:left'>{'<br/>'.join(out)}</div>"


def _mermaid_text(text: str) -> str:
    names = {"#": "#35;", "&": "#amp;", "<": "#lt;", ">": "#gt;", '"': "#quot;"}
    return "".join(names.get(char, char) for char in text)


def _mermaid_ids(nodes: list[GraphNode]) -> dict[FeatureKey, str]:
    """Names of nodes; `a-b` and `a_b` stay two."""
    out: dict[FeatureKey, str] = {}
    taken = {"end"}
    for node in nodes:
        name = str(node.key).lower().replace("/", "_").replace("-", "_")
        while name in taken:
            name += "_"
        taken.add(name)
        out[node.key] = name
    return out
