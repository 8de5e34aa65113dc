# SPDX-License-Identifier: Apache-2.0
"""Numbers about the rows of a feature."""

from __future__ import annotations

from typing import Any, NamedTuple

import dagster as dg
import narwhals as nw

from metaxy.metadata_store.base import MetadataStore
from metaxy.models.constants import METAXY_CREATED_AT
from metaxy.models.types import CoercibleToFeatureKey
from metaxy.utils.dataframes import collect_to_polars


class FeatureStats(NamedTuple):
    """How many rows there are, and a version that changes when rows come, go or are written again."""

    row_count: int
    data_version: dg.DataVersion


def compute_row_count(lazy_df: Any) -> int:
    """How many rows a lazy frame has."""
    return int(collect_to_polars(nw.from_native(lazy_df).select(nw.len())).item())


def compute_stats_from_lazy_frame(lazy_df: Any) -> FeatureStats:
    """Statistics of rows of a feature. The version is the mean of their times of writing, in microseconds."""
    times = collect_to_polars(nw.from_native(lazy_df).select(METAXY_CREATED_AT))[METAXY_CREATED_AT]
    if times.is_empty():
        return FeatureStats(0, dg.DataVersion("empty"))
    return FeatureStats(len(times), dg.DataVersion(str(times.dt.epoch("us").mean())))


def compute_feature_stats(store: MetadataStore, feature: CoercibleToFeatureKey) -> FeatureStats:
    """Statistics of a whole feature; opens the store. Raises: FeatureNotFoundError."""
    with store:
        return compute_stats_from_lazy_frame(store.read(feature))
