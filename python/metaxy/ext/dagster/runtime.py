# SPDX-License-Identifier: Apache-2.0
"""What events say about a feature as it is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dagster as dg
import narwhals as nw

from metaxy._core import FeatureKey
from metaxy.ext.dagster.constants import (
    DAGSTER_METAXY_FEATURE_METADATA_KEY,
    DAGSTER_METAXY_INFO_METADATA_KEY,
    DAGSTER_METAXY_STORE_METADATA_KEY,
    DAGSTER_PARTITION_ROW_COUNT_METADATA_KEY,
    DAGSTER_ROW_COUNT_METADATA_KEY,
    DAGSTER_TABLE_METADATA_KEY,
    DAGSTER_TABLE_NAME_METADATA_KEY,
    DAGSTER_URI_METADATA_KEY,
)
from metaxy.ext.dagster.features import build_feature_info_metadata, registered
from metaxy.ext.dagster.partitions import build_metaxy_partition_filter, build_partition_filter, partition_key_of
from metaxy.ext.dagster.resources import store_of
from metaxy.ext.dagster.statistics import FeatureStats, compute_row_count, compute_stats_from_lazy_frame
from metaxy.ext.dagster.table_metadata import build_column_schema
from metaxy.ext.dagster.table_preview import table_of
from metaxy.metadata_store.base import MetadataStore
from metaxy.models.constants import METAXY_CREATED_AT, METAXY_MATERIALIZATION_ID
from metaxy.models.feature_definition import FeatureDefinition
from metaxy.utils.dataframes import collect_to_polars

_PREVIEW_ROWS = 5


def build_runtime_feature_metadata(
    feature_key: FeatureKey,
    store: Any,
    context: Any,
    *,
    partition_col: str | None = None,
    metaxy_partition: dict[str, Any] | None = None,
) -> tuple[dict[str, Any], FeatureStats]:
    """Metadata and statistics of a feature's rows, of the run's partition if it has one. Trouble with them is logged
    and does not fail a run: then there is no metadata.

    Raises:
        FeatureNotFoundError: nothing was written of the feature.
    """
    definition = registered(feature_key)
    partition = build_partition_filter(partition_col, partition_key_of(context))
    fixed = build_metaxy_partition_filter(metaxy_partition)
    with store_of(store, context) as opened:
        rows, served = opened.read(definition.key, filters=[*fixed, *partition], with_store_info=True)
        try:
            stats = compute_stats_from_lazy_frame(rows)
            out = _about(definition, opened, served, stats)
            if context.has_partition_key:
                whole = opened.read(definition.key, filters=fixed) if partition else rows
                out[DAGSTER_ROW_COUNT_METADATA_KEY] = compute_row_count(whole)
                out[DAGSTER_PARTITION_ROW_COUNT_METADATA_KEY] = stats.row_count
            if not definition.is_external:
                last = _last_rows(opened, definition, [*fixed, *partition], rows)
                out[DAGSTER_TABLE_METADATA_KEY] = table_of(last, build_column_schema(definition))
        except Exception:
            context.log.exception(f"feature {definition.key} is stored, but its metadata could not be collected")
            return {}, FeatureStats(0, dg.DataVersion("empty"))
    return out, stats


def store_metadata(resolved_from: dict[str, Any]) -> dict[str, Any]:
    """Where a feature is, in Dagster's words."""
    out: dict[str, Any] = {}
    if resolved_from.get("table_name"):
        out[DAGSTER_TABLE_NAME_METADATA_KEY] = resolved_from["table_name"]
    if resolved_from.get("uri"):
        out[DAGSTER_URI_METADATA_KEY] = dg.MetadataValue.path(resolved_from["uri"])
    return out


def _about(
    definition: FeatureDefinition, store: MetadataStore, served: MetadataStore, stats: FeatureStats
) -> dict[str, Any]:
    resolved_from = served.get_store_info(definition.key)
    return {
        DAGSTER_METAXY_FEATURE_METADATA_KEY: str(definition.key),
        DAGSTER_METAXY_INFO_METADATA_KEY: build_feature_info_metadata(definition),
        DAGSTER_METAXY_STORE_METADATA_KEY: {
            "name": store.name,
            "type": store.qualified_class_name,
            "display": store.display(),
            "versioning_engine": store.versioning_engine,
            "resolved_from": resolved_from,
        },
        DAGSTER_ROW_COUNT_METADATA_KEY: stats.row_count,
        **store_metadata(resolved_from),
    }


def _last_rows(store: MetadataStore, definition: FeatureDefinition, filters: Sequence[Any], rows: Any) -> Any:
    """The rows written last, oldest first. Which they are is found by ids and times alone, so that a big table is not
    read for a few rows."""
    ids = list(definition.id_columns)
    order = [METAXY_CREATED_AT, *ids]
    found = collect_to_polars(rows.select(order)).sort(order).tail(_PREVIEW_ROWS).select(ids)
    wanted = [
        nw.all_horizontal(*(nw.col(name) == value for name, value in row.items()), ignore_nulls=False)
        for row in found.iter_rows(named=True)
    ]
    if not wanted:
        return collect_to_polars(rows.head(0))
    chosen = nw.any_horizontal(*wanted, ignore_nulls=False)
    return collect_to_polars(store.read(definition.key, filters=[*filters, chosen])).sort(order)


def materialized_rows(store: MetadataStore, feature: FeatureKey, run_id: str, filters: Sequence[Any] = ()) -> Any:
    """Lazy rows that were written under a run's id."""
    return store.read(feature, filters=[nw.col(METAXY_MATERIALIZATION_ID) == run_id, *filters])
