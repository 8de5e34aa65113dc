# SPDX-License-Identifier: Apache-2.0
"""The command `metadata status`."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

from metaxy.cli.words import CommandError, say, say_json, table, tell
from metaxy.metadata_store.exceptions import FeatureNotFoundError
from metaxy.models.feature_graph import FeatureGraph

if TYPE_CHECKING:
    from metaxy._core import FeatureKey
    from metaxy.cli.app import Context
    from metaxy.metadata_store.base import MetadataStore

_ICONS = {"missing": "✗", "root_feature": "○", "needs_update": "⚠", "up_to_date": "✓", "error": "!"}


def status(context: Context, given: dict[str, Any]) -> int:
    """What is stored, and what must be computed."""
    as_json = given["format"] == "json"
    keys, missing = context.selected(given)
    if missing and given["assert_in_sync"]:
        raise CommandError("Feature(s) not found in graph", "FEATURES_NOT_FOUND", features=missing)
    if missing and not as_json:
        say(f"Warning: Feature(s) not found: {', '.join(missing)}")
    out: dict[str, Any] = {"project_version": given["snapshot_id"], "features": {}, "needs_update": False}
    if not keys:
        if as_json:
            say_json({"warning": "No valid features to check", **out})
        else:
            say("Warning: No valid features to check.")
        return 0
    with context.store(given) as store:
        for key in keys:
            out["features"][str(key)] = _status_of(store, key, given, as_json)
    out["needs_update"] = any(it["needs_update"] for it in out["features"].values())
    errors = [
        {"feature": key, "error": it["error_message"]} for key, it in out["features"].items() if "error_message" in it
    ]
    warnings: dict[str, Any] = {"missing_in_graph": missing} if missing else {}
    warnings.update({"errors": errors} if errors else {})
    if as_json:
        say_json({**out, "warnings": warnings} if warnings else out)
    else:
        _say_table(out["features"], given["verbose"])
        if errors:
            say(f"\nWarning: {len(errors)} feature(s) had errors (see tracebacks above)")
    return 1 if given["assert_in_sync"] and out["needs_update"] else 0


def _status_of(store: MetadataStore, key: FeatureKey, given: dict[str, Any], as_json: bool) -> dict[str, Any]:
    definition = FeatureGraph.get_active().get_feature_definition(key)
    is_root = not definition.spec.deps
    out: dict[str, Any] = {"feature_key": str(key), "status": "error", "needs_update": False, "metadata_exists": False}
    try:
        out["store_rows"] = 0
        target, everywhere = given["filter"], given["global_filter"]
        try:
            found = store.read(
                key,
                columns=list(definition.spec.id_columns),
                filters=[*everywhere, *target],
                allow_fallback=given["allow_fallback_stores"],
            )
            out["store_rows"] = len(found.collect())
            out["metadata_exists"] = True
        except FeatureNotFoundError:
            pass
        details: dict[str, Any] = {}
        if not is_root:
            details = _missing(store, key, given)
        version = FeatureGraph.get_active().get_feature_version(key)
        out.update(details, target_version=version, is_root_feature=is_root)
        out["store_metadata"] = store.get_store_metadata(key)
        out["needs_update"] = any(details.get(name, 0) > 0 for name in ("missing", "stale", "orphaned"))
        out["status"] = _category(out, is_root)
    except Exception as error:
        if not as_json:
            tell(f"Error processing feature: {key}\n{traceback.format_exc()}")
        out = {name: out[name] for name in ("feature_key",)}
        out.update(status="error", needs_update=False, metadata_exists=False, store_rows=0, target_version="")
        out.update(is_root_feature=is_root, error_message=str(error))
    return out


def _category(told: dict[str, Any], is_root: bool) -> str:
    if not told["metadata_exists"]:
        return "missing"
    if is_root:
        return "root_feature"
    return "needs_update" if told["needs_update"] else "up_to_date"


def _missing(store: MetadataStore, key: FeatureKey, given: dict[str, Any]) -> dict[str, Any]:
    lazy = store.resolve_update(
        key,
        lazy=True,
        target_filters=given["filter"],
        global_filters=given["global_filter"],
        staleness_predicates=given["stale_if"] or None,
    )
    increment = lazy.to_polars().collect()
    out: dict[str, Any] = {
        "missing": increment.new.height,
        "stale": increment.stale.height,
        "orphaned": increment.orphaned.height,
    }
    if given["verbose"] or given["progress"]:
        progress = store.calculate_input_progress(lazy, key)
        out.update({} if progress is None else {"progress_percentage": progress})
    if given["verbose"]:
        heads = (("Missing", increment.new), ("Stale", increment.stale), ("Orphaned", increment.orphaned))
        shown = [(f"{head} samples:", frame.head(5)) for head, frame in heads if frame.height]
        if shown:
            out["sample_details"] = [text for head, frame in shown for text in (head, str(frame))]
    return out


def _say_table(told: dict[str, dict[str, Any]], verbose: bool) -> None:
    rows = []
    for key, it in told.items():
        icon = _ICONS[it["status"]]
        if "progress_percentage" in it:
            icon += f" ({it['progress_percentage']:.0f}%)"
        info = it.get("error_message") or str(it.get("store_metadata", ""))
        info = info[:60] + "..." if "error_message" in it and len(info) > 60 else info
        is_error = it["status"] == "error"
        counts = [it.get(name, "-") for name in ("missing", "stale", "orphaned")]
        rows.append([icon, key, "-" if is_error else it["store_rows"], *counts, " ".join(info.split())])
    heads = ["Status", "Feature", "Materialized", "Missing", "Stale", "Orphaned", "Info"]
    say(table(heads, rows, aligned="^<>>>><"))
    for key, it in told.items() if verbose else ():
        if "sample_details" in it:
            say("\n".join(["", f"{key}:", *it["sample_details"]]))
