# SPDX-License-Identifier: Apache-2.0
"""A graph in numbers and lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from metaxy._core import FeatureKey
from metaxy.models.feature import FeatureGraph
from metaxy.models.feature_definition import FeatureDefinition
from metaxy.models.types import CoercibleToFeatureKey, coerce_to_feature_key

__all__ = ["describe_graph", "get_feature_dependencies", "get_feature_dependents"]

_Definitions = dict[FeatureKey, FeatureDefinition]


def describe_graph(graph: FeatureGraph, project: str | None = None) -> dict[str, Any]:
    """Size, depth and ends of a graph.

    Args:
        project: roots, leaves and depth of this project's features only.

    Returns:
        `metaxy_project_version`, `total_features`, `graph_depth` (features in the longest chain), `root_features`,
        `leaf_features`, `projects` (features by project); with `project` also `filtered_features`, `filter_project`.

    Raises:
        RuntimeError: no project is configured or given, and the features belong to several.

    Examples:
        >>> from metaxy import BaseFeature, FeatureSpec
        >>> with FeatureGraph().use() as graph:
        ...     class Clip(BaseFeature, spec=FeatureSpec(key="clip", id_columns=["id"])):
        ...         __metaxy_project__ = "media"
        ...         id: str
        >>> describe_graph(graph)["root_features"]
        ['clip']
    """
    everything = graph.feature_definitions_by_key
    shown = {key: it for key, it in everything.items() if project is None or it.project == project}
    depended_on = {dep.feature for it in shown.values() for dep in it.spec.deps}
    depths = _depths(everything)
    out: dict[str, Any] = {
        "metaxy_project_version": _project_version(graph, project),
        "total_features": len(everything),
        "graph_depth": max((depths[key] for key in shown), default=0),
        "root_features": sorted(str(key) for key, it in shown.items() if not it.spec.deps),
        "leaf_features": sorted(str(key) for key in shown if key not in depended_on),
        "projects": dict(Counter(it.project for it in everything.values())),
    }
    if project is not None:
        out["filtered_features"] = len(shown)
        out["filter_project"] = project
    return out


def _project_version(graph: FeatureGraph, project: str | None) -> str:
    try:
        return graph.project_version
    except RuntimeError:
        if project is None:
            raise
        return graph.get_project_version(project)


def _depths(definitions: _Definitions) -> dict[FeatureKey, int]:
    """How many features the longest chain down to each has; an upstream that is not there counts as one."""
    out: dict[FeatureKey, int] = {}
    entered: set[FeatureKey] = set()
    waiting = list(definitions)
    while waiting:
        key = waiting[-1]
        deps = [dep.feature for dep in definitions[key].spec.deps] if key in definitions else []
        open_deps = [dep for dep in deps if dep not in out and dep not in entered]
        if key not in out and open_deps:
            entered.add(key)
            waiting.extend(open_deps)
            continue
        waiting.pop()
        out.setdefault(key, 1 + max((out.get(dep, 0) for dep in deps), default=0))
    return out


def get_feature_dependencies(
    graph: FeatureGraph, feature_key: CoercibleToFeatureKey, recursive: bool = False, max_depth: int | None = None
) -> dict[str, Any]:
    """What a feature depends on.

    Args:
        recursive: also `dependency_tree`, and `all_dependencies` as a sorted list.
        max_depth: how far down the tree goes; None: all the way.

    Returns:
        `direct_dependencies`, in the order declared. Nodes of the tree: `key`, `project`, `dependencies`; a node that
        was cut off has `truncated`, one that is its own upstream `circular`.

    Raises:
        ValueError: the graph lacks the feature.
    """
    key = coerce_to_feature_key(feature_key)
    definitions = graph.feature_definitions_by_key
    if key not in definitions:
        known = ", ".join(sorted(map(str, definitions))) or "none"
        raise ValueError(f"feature {key} was not found in the graph; known are: {known}")

    def upstreams(of: FeatureKey) -> list[FeatureKey]:
        return [dep.feature for dep in definitions[of].spec.deps] if of in definitions else []

    def node(of: FeatureKey, below: list[Any]) -> dict[str, Any]:
        if not below:
            return {"key": str(of), "dependencies": []}
        return {"key": str(of), "project": definitions[of].project, "dependencies": below}

    out: dict[str, Any] = {"direct_dependencies": [str(dep) for dep in upstreams(key)]}
    if recursive:
        out["dependency_tree"], out["all_dependencies"] = _tree(key, upstreams, node, max_depth)
    return out


def get_feature_dependents(
    graph: FeatureGraph, feature_key: CoercibleToFeatureKey, recursive: bool = False, max_depth: int | None = None
) -> dict[str, Any]:
    """What depends on a feature, which need not be in the graph itself.

    Args:
        recursive: also `dependent_tree`, and `all_dependents` as a sorted list.
        max_depth: how far the tree goes; None: all the way.

    Returns:
        `direct_dependents`, sorted. Nodes of the tree are as those of `get_feature_dependencies`, with `dependents`.
    """
    key = coerce_to_feature_key(feature_key)
    definitions = graph.feature_definitions_by_key
    users: dict[FeatureKey, list[FeatureKey]] = {}
    for user, definition in definitions.items():
        for upstream in dict.fromkeys(dep.feature for dep in definition.spec.deps):
            users.setdefault(upstream, []).append(user)

    def downstreams(of: FeatureKey) -> list[FeatureKey]:
        return users.get(of, [])

    def node(of: FeatureKey, below: list[Any]) -> dict[str, Any]:
        project = definitions[of].project if of in definitions else None
        return {"key": str(of), "project": project, "dependents": below}

    out: dict[str, Any] = {"direct_dependents": sorted(map(str, downstreams(key)))}
    if recursive:
        out["dependent_tree"], out["all_dependents"] = _tree(key, downstreams, node, max_depth)
    return out


def _tree(
    start: FeatureKey,
    neighbours: Callable[[FeatureKey], list[FeatureKey]],
    node: Callable[[FeatureKey, list[Any]], dict[str, Any]],
    max_depth: int | None,
) -> tuple[dict[str, Any], list[str]]:
    """A tree of features, and all of them but the root as a sorted list."""
    found: set[str] = set()

    def below(key: FeatureKey, path: tuple[FeatureKey, ...]) -> dict[str, Any]:
        if key in path:
            return {"circular": True, "key": str(key)}
        if max_depth is not None and len(path) >= max_depth:
            return {"truncated": True, "key": str(key)}
        found.update(map(str, neighbours(key)))
        return node(key, [below(other, (*path, key)) for other in neighbours(key)])

    return below(start, ()), sorted(found)
