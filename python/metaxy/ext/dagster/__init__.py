# SPDX-License-Identifier: Apache-2.0
"""Features as assets of Dagster (docs/dagster.md)."""

from dagster._core.libraries import DagsterLibraryRegistry

from metaxy._version import __version__
from metaxy.ext.dagster.cleanup import delete
from metaxy.ext.dagster.constants import (
    DAGSTER_METAXY_FEATURE_METADATA_KEY,
    DAGSTER_METAXY_INFO_METADATA_KEY,
    DAGSTER_METAXY_KIND,
    DAGSTER_METAXY_PARTITION_KEY,
    DAGSTER_METAXY_PROJECT_TAG_KEY,
    METAXY_DAGSTER_METADATA_KEY,
)
from metaxy.ext.dagster.dagster_type import feature_to_dagster_type
from metaxy.ext.dagster.io_manager import MetaxyIOManager, MetaxyOutput
from metaxy.ext.dagster.metaxify import metaxify
from metaxy.ext.dagster.observable import observable_metaxy_asset
from metaxy.ext.dagster.observation_job import build_metaxy_multi_observation_job, build_metaxy_observation_job
from metaxy.ext.dagster.partitions import build_partition_filter, get_partition_filter
from metaxy.ext.dagster.resources import MetaxyStoreFromConfigResource
from metaxy.ext.dagster.results import generate_materialize_results, generate_observe_results
from metaxy.ext.dagster.selection import select_metaxy_assets
from metaxy.ext.dagster.statistics import FeatureStats, compute_feature_stats, compute_stats_from_lazy_frame
from metaxy.ext.dagster.table_metadata import build_column_lineage, build_column_schema
from metaxy.ext.dagster.table_preview import build_table_preview_metadata

__all__ = [
    "DAGSTER_METAXY_FEATURE_METADATA_KEY",
    "DAGSTER_METAXY_INFO_METADATA_KEY",
    "DAGSTER_METAXY_KIND",
    "DAGSTER_METAXY_PARTITION_KEY",
    "DAGSTER_METAXY_PROJECT_TAG_KEY",
    "METAXY_DAGSTER_METADATA_KEY",
    "FeatureStats",
    "MetaxyIOManager",
    "MetaxyOutput",
    "MetaxyStoreFromConfigResource",
    "build_column_lineage",
    "build_column_schema",
    "build_metaxy_multi_observation_job",
    "build_metaxy_observation_job",
    "build_partition_filter",
    "build_table_preview_metadata",
    "compute_feature_stats",
    "compute_stats_from_lazy_frame",
    "delete",
    "feature_to_dagster_type",
    "generate_materialize_results",
    "generate_observe_results",
    "get_partition_filter",
    "metaxify",
    "observable_metaxy_asset",
    "select_metaxy_assets",
]

DagsterLibraryRegistry.register("metaxy.ext.dagster", __version__, is_dagster_package=False)
