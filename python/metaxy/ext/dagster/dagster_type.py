# SPDX-License-Identifier: Apache-2.0
"""Features as types of inputs and outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg
import narwhals as nw

from metaxy.ext.dagster.constants import (
    DAGSTER_COLUMN_LINEAGE_METADATA_KEY,
    DAGSTER_COLUMN_SCHEMA_METADATA_KEY,
    DAGSTER_METAXY_INFO_METADATA_KEY,
)
from metaxy.ext.dagster.features import build_feature_info_metadata, registered
from metaxy.ext.dagster.table_metadata import build_column_lineage, build_column_schema
from metaxy.models.types import CoercibleToFeatureKey


def feature_to_dagster_type(
    feature: CoercibleToFeatureKey,
    *,
    name: str | None = None,
    description: str | None = None,
    inject_column_schema: bool = True,
    inject_column_lineage: bool = True,
    metadata: Mapping[str, Any] | None = None,
) -> dg.DagsterType:
    """The type of what an asset of a feature gives: a frame of any library, or nothing.

    Args:
        name: absent: the name of the feature's table.
        description: absent: the feature's own.
        metadata: more metadata of the type.

    Raises:
        KeyError: the feature is not registered.
    """
    definition = registered(feature)
    known: dict[str, Any] = {
        **(metadata or {}),
        DAGSTER_METAXY_INFO_METADATA_KEY: build_feature_info_metadata(definition),
    }
    if inject_column_schema and not definition.is_external:
        known[DAGSTER_COLUMN_SCHEMA_METADATA_KEY] = build_column_schema(definition)
    lineage = build_column_lineage(definition) if inject_column_lineage and not definition.is_external else None
    if lineage is not None:
        known[DAGSTER_COLUMN_LINEAGE_METADATA_KEY] = lineage

    def check(_: Any, value: Any) -> dg.TypeCheck:
        try:
            if value is not None:
                nw.from_native(value)
        except TypeError as error:
            kind = type(value).__name__
            text = f"Expected a narwhals-compatible dataframe or None for feature {definition.key}, got {kind}: {error}"
            return dg.TypeCheck(success=False, description=text)
        return dg.TypeCheck(success=True)

    return dg.DagsterType(
        type_check_fn=check,
        name=name or definition.table_name,
        description=description
        or definition.feature_schema.get("description")
        or f"Metaxy feature '{definition.key}'.",
        metadata=known,
    )
