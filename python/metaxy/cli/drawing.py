# SPDX-License-Identifier: Apache-2.0
"""Commands that draw: graph render and graph-diff render."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from metaxy.cli.words import fail, say, tell
from metaxy.graph.data import GraphData
from metaxy.metadata_store.system import SystemTableStorage
from metaxy.models.feature_graph import FeatureGraph

if TYPE_CHECKING:
    from metaxy.cli.app import Context
    from metaxy.graph.rendering import RenderConfig
    from metaxy.metadata_store.base import MetadataStore

_SHOWN = ("fields", "feature_versions", "field_versions", "code_versions", "project_version", "projects")
_FORMATS = ("terminal", "mermaid", "graphviz")


def render(context: Context, given: dict[str, Any]) -> None:
    """Draws the graph."""
    from metaxy.graph import rendering

    if given["format"] not in _FORMATS:
        fail(f"Invalid format '{given['format']}'. Must be one of: {', '.join(_FORMATS)}")
    if given["type"] not in ("graph", "cards"):
        fail(f"Invalid type '{given['type']}'. Must be one of: graph, cards")
    if given["type"] == "cards" and given["format"] != "terminal":
        fail("--type can only be used with --format terminal")
    config = _config(context, given)
    graph = FeatureGraph.get_active()
    if given["snapshot"] is not None:
        with context.store(given) as store:
            graph = _snapshot(store, given["snapshot"], context.project)
    if not graph.feature_definitions_by_key:
        tell("Warning: Graph is empty. No features to render.")
        if given["output"]:
            Path(given["output"]).write_text("", encoding="utf-8")
        return
    kinds = {"mermaid": rendering.MermaidRenderer, "graphviz": rendering.GraphvizRenderer}
    of_terminal = rendering.CardsRenderer if given["type"] == "cards" else rendering.TerminalRenderer
    try:
        text = kinds.get(given["format"], of_terminal)(graph, config).render()
    except Exception as error:
        tell(f"✗ Rendering failed: {error}")
        raise SystemExit(1) from None
    _give(text, given)


def _give(text: str, given: dict[str, Any]) -> None:
    if given["output"]:
        Path(given["output"]).write_text(text, encoding="utf-8")
        tell(f"✓ Rendered to {given['output']}")
    else:
        say(text.rstrip("\n"))


def _snapshot(store: MetadataStore, version: str, project: str | None) -> FeatureGraph:
    try:
        return SystemTableStorage(store).load_graph_from_snapshot(version, project)
    except ValueError:
        where = f" in project {project}" if project else ""
        fail(f"No features recorded for snapshot {version}{where}")


def _config(context: Context, given: dict[str, Any]) -> RenderConfig:
    from dataclasses import replace

    from metaxy.graph.rendering import RenderConfig

    if given["minimal"] and given["verbose"]:
        fail("Cannot specify both --minimal and --verbose")
    if given["feature"] is None and (given["up"] is not None or given["down"] is not None):
        fail("--up and --down can only be used with --feature")
    base = (
        RenderConfig.minimal() if given["minimal"] else RenderConfig.verbose() if given["verbose"] else RenderConfig()
    )
    said = {f"show_{name}": given[f"show_{name}"] for name in _SHOWN if given[f"show_{name}"] is not None}
    said.update(
        {name: given[name] for name in ("hash_length", "feature", "up", "down", "title") if given[name] is not None}
    )
    if given["direction"] not in ("TB", "LR"):
        fail(f"Invalid direction '{given['direction']}'. Must be TB or LR")
    project = None if given["feature"] is not None else context.project
    return replace(base, **said, direction=given["direction"], project=project)


def diff(context: Context, given: dict[str, Any]) -> None:
    """Draws what changed between two pushed versions of the project."""
    project = context.required_project()
    if given["format"] not in (*_FORMATS, "cards", "json", "yaml"):
        fail(f"Invalid format '{given['format']}'. Must be one of: terminal, cards, mermaid, graphviz, json, yaml")
    if given["minimal"] and given["verbose"]:
        fail("Cannot specify both --minimal and --verbose")
    begin, end = given["words"][0], (given["words"] + ["current"])[1]
    with context.store(given) as store:
        one = _snapshot(store, _version(store, begin, project), project)
        other = _snapshot(store, _version(store, end, project), project)
    nodes, edges = _compared(GraphData.from_feature_graph(one), GraphData.from_feature_graph(other), one, other)
    if given["format"] == "json":
        text = json.dumps({"nodes": nodes, "edges": edges}, indent=2)
    elif given["format"] == "yaml":
        text = _yaml({"nodes": nodes, "edges": edges})
    elif given["format"] == "mermaid":
        text = _mermaid(nodes, edges)
    elif given["format"] == "graphviz":
        text = _graphviz(nodes, edges)
    else:
        text = _merged(nodes)
    _give(text, given)


def _version(store: MetadataStore, wanted: str, project: str) -> str:
    if wanted == "current":
        return FeatureGraph.get_active().get_project_version(project)
    if wanted != "latest":
        return wanted
    known = SystemTableStorage(store).read_graph_snapshots(project)
    if known.is_empty():
        fail("No snapshots found in store.")
    return str(known["metaxy_project_version"][0])


def _compared(
    before: GraphData, after: GraphData, one: FeatureGraph, other: FeatureGraph
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    nodes: dict[str, Any] = {}
    edges: dict[tuple[str, str], None] = {}
    for key in sorted({*before.nodes, *after.nodes}, key=str.lower):
        old, new = before.nodes.get(key), after.nodes.get(key)
        node = new or old
        assert node is not None
        changed = (
            old is not None
            and new is not None
            and one.get_feature_definition(key).feature_definition_version
            != other.get_feature_definition(key).feature_definition_version
        )
        status = "added" if old is None else "removed" if new is None else "changed" if changed else "unchanged"
        then = {str(field.key): field.version for field in old.fields} if old else {}
        now = {str(field.key): field.version for field in new.fields} if new else {}
        nodes[key] = {
            "status": status,
            "old_version": old.version if old else None,
            "new_version": new.version if new else None,
            "dependencies": [str(dep) for dep in node.dependencies],
            "field_changes": _field_changes(then, now) if status == "changed" else [],
            "_fields": {**then, **now},
        }
        edges.update({(str(dep), key): None for dep in node.dependencies})
    return _Nodes(nodes), [{"from": begin, "to": end} for begin, end in edges]


class _Nodes(dict):  # type: ignore[type-arg]
    """Nodes; what only pictures need is not told."""

    def __init__(self, nodes: dict[str, Any]) -> None:
        self.fields = {key: node.pop("_fields") for key, node in nodes.items()}
        super().__init__(nodes)


def _field_changes(then: dict[str, Any], now: dict[str, Any]) -> list[dict[str, Any]]:
    out = []
    for name in dict.fromkeys([*then, *now]):
        old, new = then.get(name), now.get(name)
        if old != new:
            is_added, is_removed = old is None, new is None
            entry = {"field_key": name, "old_version": old, "new_version": new, "is_added": is_added}
            out.append({**entry, "is_removed": is_removed, "is_changed": not is_added and not is_removed})
    return out


_ORDER = {"unchanged": 0, "changed": 1, "added": 2, "removed": 3}
_MARKS = {"unchanged": "", "changed": "~", "added": "+", "removed": "-"}
_COLOURS = {"added": "#00FF00", "removed": "#FF0000", "changed": "#FFAA00"}


def _versions(node: dict[str, Any], length: int = 8) -> str:
    old, new = node["old_version"], node["new_version"]
    if old is None or new is None or old == new:
        return f"{(new or old)[:length]}..."
    return f"{old[:length]}... → {new[:length]}..."


def _merged(nodes: Any) -> str:
    lines = ["Feature Graph (merged view):", ""]
    for key, node in sorted(nodes.items(), key=lambda it: (_ORDER[it[1]["status"]], it[0])):
        mark = _MARKS[node["status"]]
        lines += [f"  {mark + ' ' if mark else ''}{key}", f"  version: {_versions(node)}"]
        if node["dependencies"]:
            lines.append(f"  depends on: {', '.join(node['dependencies'])}")
        lines.append("  fields:")
        changed = {it["field_key"]: it for it in node["field_changes"]}
        for name, version in nodes.fields[key].items():
            entry = changed.get(name)
            sign = " " if entry is None else "+" if entry["is_added"] else "-" if entry["is_removed"] else "~"
            shown = f"{version[:8]}..." if entry is None else _versions(entry)
            lines.append(f"    {sign} {name} ({shown})")
        lines.append("")
    return "\n".join(lines)


def _mermaid(nodes: Any, edges: list[dict[str, str]]) -> str:
    def name(key: str) -> str:
        return key.replace("/", "_").replace("-", "_").replace("__", "_").lower()

    lines = ["---", "title: Feature Graph Changes", "---", "flowchart TB"]
    for key, node in nodes.items():
        label = f'<div style="text-align:left"><b>{key}</b><br/><small>({_versions(node, 6)})</small></div>'
        lines.append(f'    {name(key)}["{label}"]')
    lines += [f"    {name(edge['from'])} --> {name(edge['to'])}" for edge in edges]
    lines += [
        f"    style {name(key)} stroke:{_COLOURS[node['status']]},stroke-width:2px"
        for key, node in nodes.items()
        if node["status"] in _COLOURS
    ]
    return "\n".join(lines)


def _graphviz(nodes: Any, edges: list[dict[str, str]]) -> str:
    lines = ["strict digraph {", '    label="Feature Graph Changes";']
    for key, node in nodes.items():
        colour = _COLOURS.get(node["status"], "#808080")
        lines.append(f'    "{key}" [label="{key}\\n{_versions(node, 6)}", color="{colour}"];')
    lines += [f'    "{edge["from"]}" -> "{edge["to"]}";' for edge in edges]
    return "\n".join([*lines, "}"])


def _yaml(values: Any, depth: int = 0) -> str:
    """Plain values as YAML; texts are written as JSON, which is YAML too."""
    pad = "  " * depth
    if isinstance(values, dict) and values:
        return "\n".join(
            f"{pad}{key}:{_inline(value)}"
            if not isinstance(value, (dict, list)) or not value
            else f"{pad}{key}:\n{_yaml(value, depth + 1)}"
            for key, value in values.items()
        )
    if isinstance(values, list) and values:
        return "\n".join(f"{pad}-{_yaml(value, depth + 1)[len(pad) + 1 :]}" for value in values)
    return f"{pad}{_inline(values).strip()}"


def _inline(value: Any) -> str:
    return f" {json.dumps(value)}"
