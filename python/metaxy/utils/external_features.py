# SPDX-License-Identifier: Apache-2.0
"""Features of other projects: stand-ins give way to what the store keeps of them."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from metaxy._warnings import ExternalFeatureVersionMismatchWarning, UnresolvedExternalFeatureWarning
from metaxy.models.feature_graph import FeatureGraph
from metaxy.models.feature_definition import FeatureDefinition, mismatch_text
from metaxy.models.feature_selection import FeatureSelection
from metaxy.utils.exceptions import ExternalFeatureVersionMismatchError

if TYPE_CHECKING:
    from metaxy.metadata_store.base import MetadataStore

__all__ = ["sync_external_features"]


def sync_when_needed(store: MetadataStore, config: Any) -> None:
    """Syncs before a store is read, when there is anything to sync."""
    graph = FeatureGraph.get_active()
    if graph.has_external_features or (config is not None and config.extra_features):
        sync_external_features(store)


def sync_external_features(
    store: MetadataStore,
    *,
    selection: FeatureSelection | None = None,
    on_version_mismatch: str | None = None,
) -> list[FeatureDefinition]:
    """Puts the definitions that were pushed last in the place of external features in the active graph.

    Args:
        selection: features of other projects to load although nothing names them.
        on_version_mismatch: `warn` or `error`; absent: as each external feature says.

    Returns:
        The definitions that were loaded.

    Raises:
        ExternalFeatureVersionMismatchError: a stored definition has another version than its stand-in.
    """
    from metaxy.config import active
    from metaxy.metadata_store.system.storage import SystemTableStorage

    graph = FeatureGraph.get_active()
    config = active()
    declared = {key: it for key, it in graph.feature_definitions_by_key.items() if it.is_external}
    wanted = _selection(graph, list(declared), selection, config)
    if wanted is None:
        return []
    if config is not None and config.locked:
        on_version_mismatch = "error"
    expected = {key: (graph.get_feature_version(key), graph.get_feature_version_by_field(key)) for key in declared}
    if store._mode is None:
        with store.open("r"):
            loaded = _load(SystemTableStorage(store), graph, wanted)
    else:
        loaded = _load(SystemTableStorage(store), graph, wanted)
    _compare(graph, declared, expected, on_version_mismatch)
    return loaded


def _selection(
    graph: FeatureGraph, declared: list[Any], selection: FeatureSelection | None, config: Any
) -> FeatureSelection | None:
    parts = [FeatureSelection(keys=declared)] if declared else []
    if selection is not None:
        parts.append(selection)
    parts.extend(config.extra_features if config is not None else [])
    out: FeatureSelection | None = None
    for part in parts:
        out = part if out is None else out | part
    if out is None or out.projects or out.all:
        return out
    known = {key for key, it in graph.feature_definitions_by_key.items() if not it.is_external}
    missing = [key for key in out.keys or [] if key not in known]
    return FeatureSelection(keys=missing) if missing else None


def _load(storage: Any, graph: FeatureGraph, wanted: FeatureSelection) -> list[FeatureDefinition]:
    loaded: list[FeatureDefinition] = []
    batch = storage.resolve_selection(wanted)
    while batch:
        for definition in batch:
            known = graph.feature_definitions_by_key.get(definition.key)
            if known is None or known.is_external:
                graph.add_feature_definition(definition, on_conflict="ignore")
                loaded.append(definition)
        definitions = graph.feature_definitions_by_key
        missing = {dep.feature for it in loaded for dep in it.spec.deps if dep.feature not in definitions}
        batch = storage.resolve_selection(FeatureSelection(keys=sorted(missing))) if missing else []
    return loaded


def _compare(graph: FeatureGraph, declared: dict[Any, Any], expected: dict[Any, Any], mode: str | None) -> None:
    warned: list[str] = []
    refused: list[str] = []
    unresolved: list[str] = []
    for key, stand_in in declared.items():
        if graph.get_feature_definition(key).is_external:
            unresolved.append(str(key))
            continue
        version, fields = expected[key]
        actual = graph.get_feature_version(key)
        if actual == version:
            continue
        text = mismatch_text(key, version, actual, fields, graph.get_feature_version_by_field(key))
        (refused if (mode or stand_in.on_version_mismatch) == "error" else warned).append(text)
    if warned:
        warnings.warn(_told(warned), ExternalFeatureVersionMismatchWarning, stacklevel=4)
    if refused:
        raise ExternalFeatureVersionMismatchError(_told(refused))
    if unresolved:
        warnings.warn(
            "these external features could not be resolved from the metadata store: "
            f"{', '.join(sorted(unresolved))}; push them from the "
            "projects that define them",
            UnresolvedExternalFeatureWarning,
            stacklevel=4,
        )


def _told(mismatches: list[str]) -> str:
    return "\n".join([f"Version mismatch detected for {len(mismatches)} external feature(s)", *mismatches])
