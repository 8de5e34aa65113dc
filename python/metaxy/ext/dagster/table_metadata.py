# SPDX-License-Identifier: Apache-2.0
"""Columns of features in Dagster: their schema, and which upstream columns they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg

from metaxy._definitions import FeatureDep, FeatureSpec
from metaxy._settings import is_compat
from metaxy.ext.dagster.column_types import json_type_text, type_text
from metaxy.ext.dagster.features import get_asset_key_for_metaxy_feature_spec
from metaxy.ext.dagster.table_preview import build_table_preview_metadata
from metaxy.models.constants import ALL_SYSTEM_COLUMNS, SYSTEM_COLUMNS_WITH_LINEAGE
from metaxy.models.feature import BaseFeature
from metaxy.models.feature_definition import FeatureDefinition
from metaxy.models.feature_graph import FeatureGraph
from metaxy.models.lineage import AggregationRelationship, ExpansionRelationship

__all__ = ["build_column_lineage", "build_column_schema", "build_table_preview_metadata", "lineage_columns"]

_EVERY_FEATURES_COLUMNS = sorted(SYSTEM_COLUMNS_WITH_LINEAGE)


def build_column_schema(feature: FeatureDefinition | type[BaseFeature]) -> dg.TableSchema:
    """Columns of a feature with types and descriptions, by name. Of a feature whose class is not at hand, such as one
    out of a lock file, they come from its JSON Schema."""
    definition, _ = _definition_of(feature)
    cls = _class_of(definition)
    if cls is not None:
        fields = cls.model_fields.items()
        columns = [dg.TableColumn(name, type_text(it.annotation), description=it.description) for name, it in fields]
    else:
        properties = definition.feature_schema.get("properties", {}).items()
        columns = [
            dg.TableColumn(name, json_type_text(it), description=it.get("description")) for name, it in properties
        ]
    return dg.TableSchema(columns=sorted(columns, key=lambda column: column.name))


def _definition_of(feature: FeatureDefinition | type[BaseFeature]) -> tuple[FeatureDefinition, FeatureGraph]:
    """A feature's definition, and the graph that its upstreams are in."""
    if isinstance(feature, FeatureDefinition):
        return feature, FeatureGraph.get_active()
    return FeatureDefinition.from_feature_class(feature), feature.graph


def _class_of(definition: FeatureDefinition) -> type[BaseFeature] | None:
    from metaxy.config import import_object

    if definition._class is not None or definition.feature_class_path is None:
        return definition._class
    try:
        found = import_object(definition.feature_class_path)
    except ImportError:
        return None
    return found if isinstance(found, type) and issubclass(found, BaseFeature) else None


def build_column_lineage(
    feature: FeatureDefinition | type[BaseFeature], feature_spec: FeatureSpec | None = None
) -> dg.TableColumnLineage | None:
    """Which columns of which upstream assets a feature's columns come from; None for a feature without upstreams."""
    columns = lineage_columns(feature, feature_spec, get_asset_key_for_metaxy_feature_spec)
    return dg.TableColumnLineage(columns) if columns else None


def lineage_columns(
    feature: FeatureDefinition | type[BaseFeature],
    spec: FeatureSpec | None,
    key_of: Callable[[FeatureSpec], dg.AssetKey],
) -> dict[str, list[dg.TableColumnDep]]:
    """Column dependencies by column. `key_of`: the asset of an upstream."""
    definition, graph = _definition_of(feature)
    spec = spec or definition.spec
    own = set(definition.columns)
    out: dict[str, list[dg.TableColumnDep]] = {}
    for dep in spec.deps:
        upstream = graph.get_feature_definition(dep.feature)
        key = key_of(upstream.spec)
        for column, source in dict.fromkeys(_pairs(spec, dep, upstream, own)):
            out.setdefault(column, []).append(dg.TableColumnDep(key, source))
    return {column: out[column] for column in sorted(out)}


def _pairs(spec: FeatureSpec, dep: FeatureDep, upstream: FeatureDefinition, own: set[str]) -> Iterator[tuple[str, str]]:
    """Column and upstream column."""
    rename = dict(dep.rename or {})
    before = {new: old for old, new in rename.items()}
    theirs = set(upstream.columns)
    yield from _id_pairs(spec, dep, upstream, before)
    selected = None if dep.select is None or is_compat() else set(dep.select)
    for column in sorted(own - ALL_SYSTEM_COLUMNS):
        source = before.get(column, column)
        if source not in theirs or (column not in before and source in rename):
            continue
        if selected is None or column in selected:
            yield column, source
    for column in _EVERY_FEATURES_COLUMNS:
        yield column, column


def _id_pairs(
    spec: FeatureSpec, dep: FeatureDep, upstream: FeatureDefinition, before: dict[str, str]
) -> Iterator[tuple[str, str]]:
    relationship: Any = dep.lineage.relationship
    if isinstance(relationship, (AggregationRelationship, ExpansionRelationship)):
        on = relationship.on if relationship.on is not None else spec.id_columns
        yield from ((column, before.get(column, column)) for column in on)
        return
    for column in spec.id_columns:
        source = before.get(column, column)
        if source in upstream.spec.id_columns:
            yield column, source
