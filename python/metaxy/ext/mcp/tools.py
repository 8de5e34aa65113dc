# SPDX-License-Identifier: Apache-2.0
"""What the server can be asked."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field
from pydantic_core import to_jsonable_python

from metaxy.ext.mcp.secrets import without_secrets

if TYPE_CHECKING:
    from metaxy.config import MetaxyConfig
    from metaxy.models.feature_definition import FeatureDefinition
    from metaxy.models.feature_graph import FeatureGraph

_loading = threading.Lock()

FeatureName = Annotated[str, Field(description='Key of the feature, such as "video/processing"')]
StoreName = Annotated[str, Field(description="Name of the store in the configuration")]


def _ready() -> tuple[MetaxyConfig, FeatureGraph]:
    """The active configuration and graph; without a configuration the one that is found is loaded first."""
    import sys

    from metaxy.config import active
    from metaxy.entrypoints import init
    from metaxy.models.feature_graph import FeatureGraph

    with _loading:
        config = active()
        if config is None:
            # The server speaks through standard output; what users' modules print must not get into it.
            with redirect_stdout(sys.stderr):
                config = init()
    return config, FeatureGraph.get_active()


def get_config() -> dict[str, Any]:
    """The configuration, and the file it came from. Secrets are shown as ***."""
    config, _ = _ready()
    file = config.config_file
    return {**without_secrets(config.model_dump(mode="json")), "config_file": str(file) if file else None}


def list_features(
    project: Annotated[str | None, Field(description="Only features of this project")] = None,
    verbose: Annotated[bool, Field(description="Tell also what features and fields depend on")] = False,
) -> dict[str, Any]:
    """All features with their versions, fields and projects."""
    _, graph = _ready()
    wanted = [it for it in graph.feature_definitions_by_key.values() if project is None or it.project == project]
    return {"feature_count": len(wanted), "features": [_feature(graph, it, verbose) for it in wanted]}


def _feature(graph: FeatureGraph, definition: FeatureDefinition, verbose: bool) -> dict[str, Any]:
    spec = definition.spec
    versions = graph.get_feature_version_by_field(spec.key)
    parents = graph.get_feature_plan(spec.key).field_dependencies if verbose and spec.deps else {}
    fields = []
    for field in spec.fields:
        shown: dict[str, Any] = {
            "key": str(field.key),
            "code_version": field.code_version,
            "version": versions[field.key.to_string()],
        }
        if parents.get(field.key):
            shown["deps"] = [
                {"feature": str(feature), "fields": [str(key) for key in keys]}
                for feature, keys in parents[field.key].items()
            ]
        fields.append(shown)
    out: dict[str, Any] = {
        "key": str(spec.key),
        "version": graph.get_feature_version(spec.key),
        "is_root": not spec.deps,
        "project": definition.project,
        "import_path": definition.feature_class_path,
        "field_count": len(fields),
        "fields": fields,
    }
    if verbose and spec.deps:
        out["deps"] = [str(dep.feature) for dep in spec.deps]
    return out


def get_feature(feature_key: FeatureName) -> dict[str, Any]:
    """A feature as it is written: id columns, fields, dependencies."""
    _, graph = _ready()
    return graph.get_feature_definition(feature_key).spec.model_dump(mode="json")


def list_stores() -> list[dict[str, str]]:
    """Names and types of all stores."""
    config, _ = _ready()
    return [{"name": name, "type": store.type} for name, store in config.stores.items()]


def get_store(store_name: StoreName) -> str:
    """A store in one line."""
    config, _ = _ready()
    return str(config.get_store(store_name))


def get_metadata(
    feature_key: FeatureName,
    store_name: StoreName,
    columns: Annotated[list[str] | None, Field(description="Columns to return; all when absent")] = None,
    filters: Annotated[
        list[str] | None, Field(description='SQL conditions, all of which must hold, such as "height > 100"')
    ] = None,
    with_feature_history: Annotated[bool, Field(description="Also records of other versions of the feature")] = False,
    with_sample_history: Annotated[bool, Field(description="All records of a sample, not only the latest")] = False,
    include_soft_deleted: Annotated[bool, Field(description="Also samples that were deleted")] = False,
    allow_fallback: Annotated[bool, Field(description="Also look into the store's fallback stores")] = True,
    sort_by: Annotated[list[str] | None, Field(description="Columns to sort by")] = None,
    descending: Annotated[bool | list[bool], Field(description="For all columns of sort_by, or for each")] = False,
    limit: Annotated[int, Field(description="Return no more rows than these", ge=0)] = 50,
) -> dict[str, Any]:
    """Records of a feature. `total_rows` is the number of rows returned."""
    config, graph = _ready()
    key = graph.get_feature_definition(feature_key).key
    read = None if not columns else list(dict.fromkeys([*columns, *(sort_by or [])]))
    with config.get_store(store_name) as store:
        frame = store.read(
            key,
            filters=list(filters or []),
            columns=read,
            with_feature_history=with_feature_history,
            with_sample_history=with_sample_history,
            include_soft_deleted=include_soft_deleted,
            allow_fallback=allow_fallback,
        )
        if sort_by:
            frame = frame.sort(sort_by, descending=descending)
        rows = frame.head(limit).select(columns or frame.columns).collect()
    return {"columns": rows.columns, "rows": _plain(rows.rows(named=True)), "total_rows": len(rows)}


def _plain(rows: Sequence[dict[str, Any]]) -> Any:
    return to_jsonable_python(rows, bytes_mode="base64", inf_nan_mode="strings", fallback=str)


TOOLS = (get_config, list_features, get_feature, list_stores, get_store, get_metadata)
