# SPDX-License-Identifier: Apache-2.0
"""Results of assets that read and write the store themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import dagster as dg

from metaxy._core import FeatureKey
from metaxy.ext.dagster.constants import DAGSTER_METAXY_MATERIALIZED_METADATA_KEY
from metaxy.ext.dagster.features import build_feature_event_tags, feature_key_of_metadata
from metaxy.ext.dagster.partitions import (
    build_metaxy_partition_filter,
    get_partition_filter,
    metaxy_partition,
    partition_column,
)
from metaxy.ext.dagster.resources import store_of
from metaxy.ext.dagster.runtime import build_runtime_feature_metadata, materialized_rows
from metaxy.ext.dagster.statistics import FeatureStats, compute_row_count
from metaxy.metadata_store.base import MetadataStore
from metaxy.metadata_store.exceptions import FeatureNotFoundError
from metaxy.models.feature_graph import FeatureGraph


class _Found(NamedTuple):
    spec: dg.AssetSpec
    feature: FeatureKey
    metadata: dict[str, Any]
    stats: FeatureStats

    def event(self) -> dict[str, Any]:
        """What results of both kinds carry."""
        return {
            "asset_key": self.spec.key,
            "metadata": self.metadata,
            "data_version": self.stats.data_version,
            "tags": build_feature_event_tags(self.feature),
        }


def generate_materialize_results(
    context: Any, store: Any, specs: Iterable[dg.AssetSpec] | None = None
) -> Iterator[dg.MaterializeResult[None]]:
    """A result for every asset that names a feature, upstream features first. A feature of which nothing is written
    has none; that is logged as an error.

    Args:
        store: a store, or the resource of one; opened here.
        specs: absent: the assets that the run has selected of those being computed.

    Raises:
        ValueError: no specs are given, and the context is that of an op.
    """
    opened = store_of(store, context)
    for found in _found(context, opened, specs):
        run_id = opened.materialization_id
        if run_id is not None:
            fixed = build_metaxy_partition_filter(metaxy_partition(found.spec.metadata))
            filters = [*fixed, *get_partition_filter(context, found.spec)]
            with opened:
                rows = compute_row_count(materialized_rows(opened, found.feature, run_id, filters))
            found.metadata[DAGSTER_METAXY_MATERIALIZED_METADATA_KEY] = rows
        yield dg.MaterializeResult(**found.event())


def generate_observe_results(
    context: Any, store: Any, specs: Iterable[dg.AssetSpec] | None = None
) -> Iterator[dg.ObserveResult]:
    """The same for assets that are only observed."""
    for found in _found(context, store_of(store, context), specs):
        yield dg.ObserveResult(**found.event())


def _found(context: Any, store: MetadataStore, specs: Iterable[dg.AssetSpec] | None) -> Iterator[_Found]:
    by_feature: dict[FeatureKey, list[dg.AssetSpec]] = {}
    for spec in _specs_of(context) if specs is None else specs:
        feature = feature_key_of_metadata(spec.metadata)
        if feature is not None:
            by_feature.setdefault(feature, []).append(spec)
    order = FeatureGraph.get_active().topological_sort_features(list(by_feature)) if by_feature else []
    for feature in order:
        for spec in by_feature[feature]:
            try:
                metadata, stats = build_runtime_feature_metadata(
                    feature,
                    store,
                    context,
                    partition_col=partition_column(spec.metadata),
                    metaxy_partition=metaxy_partition(spec.metadata),
                )
            except FeatureNotFoundError:
                context.log.exception(f"nothing is stored of feature {feature}, so {spec.key} has no result")
                continue
            yield _Found(spec, feature, metadata, stats)


def _specs_of(context: Any) -> list[dg.AssetSpec]:
    if not getattr(context, "has_assets_def", False):
        raise ValueError("an op has no assets of its own, so `specs` must say which are meant")
    selected = context.selected_asset_keys
    return [spec for spec in context.assets_def.specs if spec.key in selected]
