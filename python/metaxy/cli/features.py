# SPDX-License-Identifier: Apache-2.0
"""Commands that tell what is declared: list, describe, config, history."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from metaxy.cli.words import CommandError, say, say_json, table, tell
from metaxy.models.feature_definition import FeatureDefinition
from metaxy.models.feature_graph import FeatureGraph

if TYPE_CHECKING:
    from metaxy.cli.app import Context


def list_features(context: Context, given: dict[str, Any]) -> None:
    """The features of the project."""
    graph = FeatureGraph.get_active()
    chosen = [it for it in graph.feature_definitions_by_key.values() if context.project in (None, it.project)]
    if given["format"] == "json":
        listed = [_listed(graph, it, given["verbose"]) for it in chosen]
        say_json({"feature_count": len(listed), "features": listed})
        return
    if not chosen:
        say("No features found in the current project.")
        return
    for project in dict.fromkeys(it.project for it in chosen):
        _say_features(graph, [it for it in chosen if it.project == project], project, given["verbose"])
    roots = sum(1 for it in chosen if not it.spec.deps)
    external = sum(1 for it in chosen if it.is_external)
    more = f", {external} external" if external else ""
    say(f"\nTotal: {len(chosen)} feature(s) ({roots} root, {len(chosen) - roots} dependent{more})")
    for definition in chosen if given["verbose"] else ():
        _say_fields(graph, definition)


def _say_features(graph: FeatureGraph, chosen: list[FeatureDefinition], project: str, verbose: bool) -> None:
    heads = ["Feature", "Version", "Source", *(["Dependencies"] if verbose else [])]
    rows = []
    for it in chosen:
        deps = ", ".join(str(dep.feature) for dep in it.spec.deps) or "-"
        rows.append([it.key, graph.get_feature_version(it.key), it.source, *([deps] if verbose else [])])
    say(table(heads, rows, title=project))


def _say_fields(graph: FeatureGraph, definition: FeatureDefinition) -> None:
    say(f"\n{definition.key} ({definition.project}) {definition.source}")
    rows = []
    for field in _fields_of(graph, definition):
        deps = ", ".join(f"{dep['feature']}.{name}" for dep in field.get("deps", ()) for name in dep["fields"]) or "-"
        version = field["version"]
        rows.append([field["key"], field["code_version"], version[:12] + "..." if len(version) > 12 else version, deps])
    say(table(["Field", "Code Version", "Version", "Dependencies"], rows))


def _fields_of(graph: FeatureGraph, definition: FeatureDefinition) -> list[dict[str, Any]]:
    versions = graph.get_feature_version_by_field(definition.key)
    reads = graph.get_feature_plan(definition.key).field_dependencies if definition.spec.deps else {}
    out = []
    for field in definition.spec.fields:
        entry = {"key": str(field.key), "code_version": field.code_version, "version": versions[str(field.key)]}
        deps = [
            {"feature": str(key), "fields": [str(it) for it in them]} for key, them in reads.get(field.key, {}).items()
        ]
        out.append({**entry, "deps": deps} if deps else entry)
    return out


def _listed(graph: FeatureGraph, it: FeatureDefinition, verbose: bool) -> dict[str, Any]:
    fields = _fields_of(graph, it)
    if not verbose:
        fields = [{name: value for name, value in field.items() if name != "deps"} for field in fields]
    out = {
        "key": str(it.key),
        "version": graph.get_feature_version(it.key),
        "is_root": not it.spec.deps,
        "is_external": it.is_external,
        "project": it.project,
        "source": it.source,
        "field_count": len(fields),
        "fields": fields,
    }
    return {**out, "deps": [str(dep.feature) for dep in it.spec.deps]} if verbose and it.spec.deps else out


def list_stores(context: Context, given: dict[str, Any]) -> None:
    """The configured stores, the default one first."""
    config = context.config
    names = sorted(config.stores, key=lambda name: (name != config.store, name))
    known = []
    for name in names:
        store = config.get_store(name)
        entries = store.fallback_stores.entries
        fallbacks = [entry if isinstance(entry, str) else entry.name or str(entry) for entry in entries]
        known.append(
            {"name": name, "is_default": name == config.store, "info": store.display(), "fallbacks": fallbacks}
        )
    if given["format"] == "json":
        say_json({"default_store": config.store, "store_count": len(known), "stores": known})
    elif not known:
        say("No stores configured.")
    else:
        rows = [
            [
                f"{it['name']} (default)" if it["is_default"] else it["name"],
                it["info"],
                ", ".join(it["fallbacks"]) or "-",
            ]
            for it in known
        ]
        say(table(["Name", "Info", "Fallbacks"], rows))
        say(f"\nTotal: {len(known)} store(s)")


def describe_features(context: Context, given: dict[str, Any]) -> None:
    """Everything about some features."""
    keys, missing = context.selected(given)
    if missing:
        raise CommandError("Feature(s) not found in graph", "FEATURES_NOT_FOUND", features=missing)
    graph = FeatureGraph.get_active()
    told = [_described(graph, graph.get_feature_definition(key)) for key in keys]
    if given["format"] == "json":
        say_json(told[0] if len(told) == 1 else {"features": told})
        return
    say(f"\n{'─' * 60}\n".join(_text_of(it) for it in told))


def _described(graph: FeatureGraph, it: FeatureDefinition) -> dict[str, Any]:
    dependencies = []
    for dep in it.spec.deps:
        entry: dict[str, Any] = {"feature": str(dep.feature)}
        entry.update({"select": list(dep.select)} if dep.select is not None else {})
        entry.update({"rename": dict(dep.rename)} if dep.rename else {})
        dependencies.append({**entry, "optional": True} if dep.optional else entry)
    out = {
        "project": it.project,
        "key": str(it.key),
        "version": graph.get_feature_version(it.key),
        "description": it.spec.description,
        "is_external": it.is_external,
        "source": it.source,
        "id_columns": list(it.spec.id_columns),
        "fields": _fields_of(graph, it),
        "dependencies": dependencies,
    }
    return {**out, "metadata": it.spec.metadata} if it.spec.metadata else out


def _text_of(told: dict[str, Any]) -> str:
    external = " (external)" if told["is_external"] else ""
    lines = [f"{told['key']}{external} ({told['version'][:8]}) {told['project']}", f"Source: {told['source']}", ""]
    if told["description"]:
        lines += [textwrap.indent(told["description"], "  "), ""]
    lines += [f"ID columns: {', '.join(told['id_columns'])}", "", "Fields:"]
    for field in told["fields"]:
        reads = ", ".join(f"{dep['feature']}:({', '.join(dep['fields'])})" for dep in field.get("deps", ()))
        lines.append(f"  {field['key']} ({field['version'][:8]})" + (f" ← {reads}" if reads else ""))
    lines += ["", "Dependencies:", *map(_line_of_dependency, told["dependencies"])]
    if not told["dependencies"]:
        lines.append("  none (root feature)")
    if told.get("metadata"):
        lines += ["", "Metadata:", *(f"  {name}: {value}" for name, value in told["metadata"].items())]
    return "\n".join(lines)


def _line_of_dependency(dep: dict[str, Any]) -> str:
    parts = [f"  {dep['feature']}"]
    if "select" in dep:
        parts.append(f"select: {', '.join(dep['select'])}")
    if dep.get("optional"):
        parts.append("optional")
    if "rename" in dep:
        parts.append("rename: " + ", ".join(f"{old} → {new}" for old, new in dep["rename"].items()))
    return " | ".join(parts)


def describe(context: Context, given: dict[str, Any]) -> None:
    """The graph in numbers."""
    from metaxy.graph.describe import describe_graph

    graph = FeatureGraph.get_active()
    if given["snapshot"] is not None:
        from metaxy.metadata_store.system import SystemTableStorage

        with context.store(given) as store:
            known = SystemTableStorage(store).read_features(current=False, project_version=given["snapshot"])
        if known.is_empty():
            tell(f"No features found for snapshot {given['snapshot']}")
            return
    tell("Describing current feature graph...")
    told = describe_graph(graph, context.project)
    title = f"Graph Snapshot: {told['metaxy_project_version']}"
    title += f"\n(Project: {context.project})" if context.project else ""
    rows: list[tuple[str, object]] = [("Total Features", told["total_features"])]
    if told.get("filtered_features", told["total_features"]) != told["total_features"]:
        rows.append((f"Features in {context.project}", told["filtered_features"]))
    rows += [("Graph Depth", told["graph_depth"]), ("Root Features", len(told["root_features"]))]
    rows.append(("Leaf Features", len(told["leaf_features"])))
    tell("\n" + table(["Metric", "Value"], rows, title=title, aligned="<>"))
    if len(told["projects"]) > 1:
        tell("\nFeatures by Project:\n" + "\n".join(f"  • {name}: {n}" for name, n in told["projects"].items()))
    for head, keys in (("Root Features:", told["root_features"]), ("Leaf Features:", told["leaf_features"])):
        more = [f"  ... and {len(keys) - 10} more"] if len(keys) > 10 else []
        tell("\n".join(["", head, *(f"  • {key}" for key in keys[:10]), *more]))


def config_print(context: Context, given: dict[str, Any]) -> None:
    """The configuration as it applies."""
    if given["format"] == "json":
        say_json(context.config.model_dump(mode="json"), indent=2)
    else:
        say(context.config.to_toml().rstrip("\n"))


def history(context: Context, given: dict[str, Any]) -> None:
    """The pushed versions of the project."""
    from metaxy.metadata_store.system import SystemTableStorage

    with context.store(given) as store:
        known = SystemTableStorage(store).read_graph_snapshots(context.project)
    if known.is_empty():
        tell("No graph snapshots recorded yet")
        return
    shown = known.head(given["limit"]) if given["limit"] is not None else known
    rows = [
        [row["metaxy_project_version"], f"{row['recorded_at']:%Y-%m-%d %H:%M:%S}", row["feature_count"]]
        for row in shown.iter_rows(named=True)
    ]
    heads = ["Project version", "Recorded At", "Feature Count"]
    tell(table(heads, rows, title="Graph Snapshot History", aligned="<<>"))
    tell(f"\nTotal snapshots: {len(rows)}")
