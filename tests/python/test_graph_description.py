# SPDX-License-Identifier: Apache-2.0
"""Graphs in numbers and lists."""

from __future__ import annotations

from typing import Any

import pytest

import metaxy as mx
from metaxy.graph import describe_graph, get_feature_dependencies, get_feature_dependents


def declare(key: str, *deps: Any, project: str = "p") -> None:
    body = {"__annotations__": {"id": str}, "__module__": "example", "__metaxy_project__": project}
    spec = mx.FeatureSpec(key=key, id_columns=["id"], deps=list(deps))
    type(mx.BaseFeature)(key.replace("/", "_"), (mx.BaseFeature,), body, spec=spec)  # type: ignore[misc]


@pytest.fixture
def graph(fresh_graph: mx.FeatureGraph) -> mx.FeatureGraph:
    declare("z/root")
    declare("a/root", project="q")
    declare("mid", "z/root", "a/root")
    declare("leaf", "mid", "z/root")
    declare("other", project="q")
    declare("opt", mx.FeatureDep(feature="mid", optional=True), project="q")
    return fresh_graph


def test_a_whole_graph(graph: mx.FeatureGraph) -> None:
    with mx.MetaxyConfig(project="p").use():
        assert describe_graph(graph) == {
            "metaxy_project_version": graph.get_project_version("p"),
            "total_features": 6,
            "graph_depth": 3,
            "root_features": ["a/root", "other", "z/root"],
            "leaf_features": ["leaf", "opt", "other"],
            "projects": {"p": 3, "q": 3},
        }


@pytest.mark.parametrize(
    ("project", "roots", "leaves", "depth", "size"),
    [
        ("p", ["z/root"], ["leaf"], 3, 3),
        ("q", ["a/root", "other"], ["a/root", "opt", "other"], 3, 3),
        ("none", [], [], 0, 0),
    ],
)
def test_one_project(
    graph: mx.FeatureGraph, project: str, roots: list[str], leaves: list[str], depth: int, size: int
) -> None:
    with mx.MetaxyConfig(project="p").use():
        found = describe_graph(graph, project)
    assert found["metaxy_project_version"] == graph.get_project_version("p")
    assert (found["root_features"], found["leaf_features"], found["graph_depth"]) == (roots, leaves, depth)
    assert (found["filtered_features"], found["filter_project"], found["total_features"]) == (size, project, 6)


def test_which_project_must_be_known(graph: mx.FeatureGraph) -> None:
    with pytest.raises(RuntimeError, match="p, q"):
        describe_graph(graph)
    assert describe_graph(graph, "q")["metaxy_project_version"] == graph.get_project_version("q")


def test_an_empty_graph(fresh_graph: mx.FeatureGraph) -> None:
    with mx.MetaxyConfig(project="p").use():
        found = describe_graph(fresh_graph)
    assert (found["total_features"], found["graph_depth"], found["projects"]) == (0, 0, {})


def test_long_chains(fresh_graph: mx.FeatureGraph) -> None:
    for i in range(2000):
        spec = mx.FeatureSpec(key=f"f{i}", id_columns=["id"], deps=[f"f{i - 1}"] if i else [])
        fresh_graph.add_feature_definition(mx.FeatureDefinition.external(spec=spec, project="p"))
    with mx.MetaxyConfig(project="p").use():
        assert describe_graph(fresh_graph)["graph_depth"] == 2000


def test_dependencies(graph: mx.FeatureGraph) -> None:
    assert get_feature_dependencies(graph, mx.FeatureKey("mid")) == {"direct_dependencies": ["z/root", "a/root"]}
    roots = [{"key": "z/root", "dependencies": []}, {"key": "a/root", "dependencies": []}]
    assert get_feature_dependencies(graph, "leaf", recursive=True) == {
        "direct_dependencies": ["mid", "z/root"],
        "dependency_tree": {
            "key": "leaf",
            "project": "p",
            "dependencies": [{"key": "mid", "project": "p", "dependencies": roots}, roots[0]],
        },
        "all_dependencies": ["a/root", "mid", "z/root"],
    }


def test_dependents(graph: mx.FeatureGraph) -> None:
    assert get_feature_dependents(graph, mx.FeatureKey("z/root")) == {"direct_dependents": ["leaf", "mid"]}
    leaf = {"key": "leaf", "project": "p", "dependents": []}
    opt = {"key": "opt", "project": "q", "dependents": []}
    assert get_feature_dependents(graph, "z/root", recursive=True) == {
        "direct_dependents": ["leaf", "mid"],
        "dependent_tree": {
            "key": "z/root",
            "project": "p",
            "dependents": [{"key": "mid", "project": "p", "dependents": [leaf, opt]}, leaf],
        },
        "all_dependents": ["leaf", "mid", "opt"],
    }


def test_trees_are_cut_off(graph: mx.FeatureGraph) -> None:
    one = get_feature_dependencies(graph, "leaf", recursive=True, max_depth=1)
    cut = [{"truncated": True, "key": "mid"}, {"truncated": True, "key": "z/root"}]
    assert one["dependency_tree"]["dependencies"] == cut and one["all_dependencies"] == ["mid", "z/root"]
    none = get_feature_dependents(graph, "mid", recursive=True, max_depth=0)
    assert none["dependent_tree"] == {"truncated": True, "key": "mid"} and none["all_dependents"] == []


def test_circles_end(fresh_graph: mx.FeatureGraph) -> None:
    declare("one", "two")
    declare("two", "one")
    found = get_feature_dependencies(fresh_graph, "one", recursive=True)
    two = found["dependency_tree"]["dependencies"][0]
    assert two["dependencies"] == [{"circular": True, "key": "one"}]
    assert found["all_dependencies"] == ["one", "two"]


def test_features_that_are_not_there(graph: mx.FeatureGraph) -> None:
    declare("dangling", "nowhere")
    with pytest.raises(ValueError, match=r"nowhere.*known are: a/root"):
        get_feature_dependencies(graph, "nowhere")
    assert get_feature_dependents(graph, "nowhere", recursive=True)["dependent_tree"] == {
        "key": "nowhere",
        "project": None,
        "dependents": [{"key": "dangling", "project": "p", "dependents": []}],
    }
    tree = get_feature_dependencies(graph, "dangling", recursive=True)["dependency_tree"]
    assert tree["dependencies"] == [{"key": "nowhere", "dependencies": []}]
