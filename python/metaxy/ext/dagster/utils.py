# SPDX-License-Identifier: Apache-2.0
"""Names that code for the reference imports from here."""

from metaxy.ext.dagster.features import (
    build_feature_event_tags,
    build_feature_info_metadata,
    get_asset_key_for_metaxy_feature_spec,
)
from metaxy.ext.dagster.partitions import (
    build_metaxy_partition_filter,
    build_partition_filter,
    build_partition_filter_from_input_context,
    get_partition_filter,
)
from metaxy.ext.dagster.results import generate_materialize_results, generate_observe_results
from metaxy.ext.dagster.runtime import build_runtime_feature_metadata
from metaxy.ext.dagster.statistics import (
    FeatureStats,
    compute_feature_stats,
    compute_row_count,
    compute_stats_from_lazy_frame,
)

__all__ = [
    "FeatureStats",
    "build_feature_event_tags",
    "build_feature_info_metadata",
    "build_metaxy_partition_filter",
    "build_partition_filter",
    "build_partition_filter_from_input_context",
    "build_runtime_feature_metadata",
    "compute_feature_stats",
    "compute_row_count",
    "compute_stats_from_lazy_frame",
    "generate_materialize_results",
    "generate_observe_results",
    "get_asset_key_for_metaxy_feature_spec",
    "get_partition_filter",
]
