# SPDX-License-Identifier: Apache-2.0
"""Graphs as pictures. The tree and the Graphviz text are those that the reference writes."""

from __future__ import annotations

from typing import Any

import pytest

import metaxy as mx
from metaxy.graph import (
    BaseRenderer,
    CardsRenderer,
    GraphData,
    GraphvizRenderer,
    MermaidRenderer,
    RenderConfig,
    TerminalRenderer,
)

TREE = """\
📊 Graph (snapshot: e503b290)
├── a/root (project: q) (v: 3153ee20)
│   └── 🔧 fields
│       └── default (v: 966f7354) (cv: __metaxy_initial__)
├── z/root-x (project: p) (v: e9f82b41)
│   └── 🔧 fields
│       ├── a (v: 4000472d) (cv: __metaxy_initial__)
│       └── b/c (v: bca01537) (cv: 2)
├── mid (project: p) (v: 64e06a66)
│   ├── 🔧 fields
│   │   └── default (v: 2ce5c20a) (cv: __metaxy_initial__)
│   └── ⬅️  depends on
│       ├── z/root-x
│       └── a/root
└── leaf (project: p) (v: fe8c134b)
    ├── 🔧 fields
    │   └── default (v: 9daf3aaf) (cv: __metaxy_initial__)
    └── ⬅️  depends on
        ├── mid
        └── z/root-x
"""
DOT = r"""strict digraph {
    rankdir=TB;
    label="Graph (snapshot: e503b290)";
    labelloc=t;
    fontsize=14;
    fontname=helvetica;

    "a/root" [label="a/root\nv: 3153ee20", shape=doubleoctagon, color="#00FFFF"];
    "z/root-x" [label="z/root-x\nv: e9f82b41", shape=doubleoctagon, color="#00FFFF"];
    "mid" [label="mid\nv: 64e06a66", shape=box, color="#00FFFF"];
    "leaf" [label="leaf\nv: fe8c134b", shape=box, color="#00FFFF"];

    "z/root-x" -> "mid";
    "a/root" -> "mid";
    "mid" -> "leaf";
    "z/root-x" -> "leaf";

    "z/root-x::a" [label="a\nv: 4000472d", shape=ellipse, color="#5F87AF", fontsize=10];
    "z/root-x" -> "z/root-x::a" [style=dashed, arrowhead=none];
    "z/root-x::b/c" [label="b/c\nv: bca01537", shape=ellipse, color="#5F87AF", fontsize=10];
    "z/root-x" -> "z/root-x::b/c" [style=dashed, arrowhead=none];
    "a/root::default" [label="default\nv: 966f7354", shape=ellipse, color="#5F87AF", fontsize=10];
    "a/root" -> "a/root::default" [style=dashed, arrowhead=none];
    "mid::default" [label="default\nv: 2ce5c20a", shape=ellipse, color="#5F87AF", fontsize=10];
    "mid" -> "mid::default" [style=dashed, arrowhead=none];
    "leaf::default" [label="default\nv: 9daf3aaf", shape=ellipse, color="#5F87AF", fontsize=10];
    "leaf" -> "leaf::default" [style=dashed, arrowhead=none];
}"""


def declare(key: str, *deps: str, project: str = "p", **spec: Any) -> None:
    body = {"__annotations__": {"id": str}, "__module__": "mod", "__metaxy_project__": project}
    declared = mx.FeatureSpec(key=key, id_columns=["id"], deps=list(deps), **spec)
    type(mx.BaseFeature)(key.replace("/", "_"), (mx.BaseFeature,), body, spec=declared)  # type: ignore[misc]


@pytest.fixture
def graph(compat: None, fresh_graph: mx.FeatureGraph) -> Any:
    declare("z/root-x", fields=["a", mx.FieldSpec(key="b/c", code_version="2")])
    declare("a/root", project="q")
    declare("mid", "z/root-x", "a/root")
    declare("leaf", "mid", "z/root-x")
    with mx.MetaxyConfig(project="p").use():
        yield fresh_graph


def shown(graph: mx.FeatureGraph, **config: Any) -> list[str]:
    """Keys of the features in a picture, in its order."""
    quiet = {"show_fields": False, "show_feature_versions": False, "show_projects": False}
    lines = TerminalRenderer(graph, RenderConfig(**quiet, **config)).render().splitlines()[1:]
    return [line[4:] for line in lines if line[:1] in "├└"]


def test_the_tree(graph: mx.FeatureGraph) -> None:
    assert TerminalRenderer(graph, RenderConfig.verbose()).render() == TREE
    minimal = TerminalRenderer(graph, RenderConfig.minimal()).render()
    assert minimal.startswith("📊 Graph\n├── a/root (project: q)\n") and "(v:" not in minimal and "(cv:" not in minimal


def test_graphviz(graph: mx.FeatureGraph) -> None:
    assert GraphvizRenderer(graph).render() == DOT
    assert GraphvizRenderer(graph_data=GraphData.from_feature_graph(graph)).render() == DOT


def test_only_connections_within_the_picture_are_drawn(graph: mx.FeatureGraph) -> None:
    config = RenderConfig(feature="mid", up=0, show_fields=False, direction="LR", title='a "title"')
    text = GraphvizRenderer(graph, config).render()
    assert [line.strip() for line in text.splitlines() if "->" in line] == ['"mid" -> "leaf";']
    assert "rankdir=LR;" in text and r'label="a \"title\" (snapshot: e503b290)";' in text


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, ["a/root", "z/root-x", "mid", "leaf"]),
        ({"feature": "mid"}, ["a/root", "z/root-x", "mid", "leaf"]),
        ({"feature": "mid", "up": 0}, ["mid", "leaf"]),
        ({"feature": "mid", "down": 0}, ["a/root", "z/root-x", "mid"]),
        ({"feature": "leaf", "up": 1, "down": 1}, ["z/root-x", "mid", "leaf"]),
        ({"feature": "a__root", "up": 0, "down": 1}, ["a/root", "mid"]),
        ({"project": "q"}, ["a/root"]),
        ({"project": "p"}, ["a/root", "z/root-x", "mid", "leaf"]),
    ],
)
def test_what_is_shown(graph: mx.FeatureGraph, config: dict[str, Any], expected: list[str]) -> None:
    assert shown(graph, **config) == expected


def test_mermaid(graph: mx.FeatureGraph) -> None:
    declare("z_root_x", fields=[mx.FieldSpec(key="f", code_version='<"#&>')])
    lines = MermaidRenderer(graph, RenderConfig(show_code_versions=True, hash_length=4)).render().splitlines()
    assert lines[:4] == ["---", 'title: "Feature Graph"', "---", "flowchart TB"]
    assert lines[4].startswith("    %% Snapshot version: ") and len(lines[4].split()[-1]) == 4
    assert [line.strip() for line in lines if "-->" in line] == [
        "z_root_x --> mid",
        "a_root --> mid",
        "mid --> leaf",
        "z_root_x --> leaf",
    ]
    assert any(line.startswith("    z_root_x_[") and "(cv: #lt;#quot;#35;#amp;#gt;)" in line for line in lines)
    assert any(
        line.startswith("    a_root[\"<div style='text-align:left'><b>a/root</b><br/><small>(project: q)")
        for line in lines
    )


def test_cards(graph: mx.FeatureGraph) -> None:
    text = CardsRenderer(graph, RenderConfig(feature="a/root", down=1)).render()
    assert text.startswith("📊 Graph (snapshot: e503b290)\n\nDependencies:\n  a/root → mid\n\nFeatures:\n╭")
    assert "│ a/root                    │\n│ project: q                │\n│ v: 3153ee20               │" in text
    assert "│   • default (v: 2ce5c20a) │\n╰───────────────────────────╯\n" in text


def test_data(graph: mx.FeatureGraph) -> None:
    data = GraphData.from_feature_graph(graph)
    mid = data.get_node("mid")
    assert mid is not None and data.get_node("none") is None
    assert (mid.project, mid.version, [str(it) for it in mid.dependencies]) == ("p", "64e06a66", ["z/root-x", "a/root"])
    assert [str(it.key) for it in data.nodes["z/root-x"].fields] == ["a", "b/c"]
    assert GraphData.model_validate(data.model_dump()) == data
    assert sorted(GraphData.from_snapshot(graph.to_snapshot("q")).nodes) == ["a/root"]


def test_what_cannot_be_drawn(graph: mx.FeatureGraph) -> None:
    with pytest.raises(ValueError, match="nowhere"):
        TerminalRenderer(graph, RenderConfig(feature="nowhere")).render()
    with pytest.raises(ValueError, match="graph_data"):
        TerminalRenderer()
    with pytest.raises(NotImplementedError, match="BaseRenderer"):
        BaseRenderer(graph).render()


def test_without_a_project_the_version_is_left_out(fresh_graph: mx.FeatureGraph) -> None:
    declare("a", project="one")
    declare("b", project="two")
    assert TerminalRenderer(fresh_graph).render().startswith("📊 Graph\n")
