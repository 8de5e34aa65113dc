# SPDX-License-Identifier: Apache-2.0
"""Features that others write, as assets to observe."""

from collections.abc import Callable
from typing import Any

import dagster as dg
import narwhals as nw

from metaxy._settings import is_compat
from metaxy.ext.dagster.constants import DAGSTER_METAXY_FEATURE_METADATA_KEY, DAGSTER_ROW_COUNT_METADATA_KEY
from metaxy.ext.dagster.features import build_feature_event_tags, registered
from metaxy.ext.dagster.metaxify import metaxify
from metaxy.ext.dagster.partitions import build_metaxy_partition_filter, metaxy_partition, partition_column
from metaxy.ext.dagster.statistics import compute_stats_from_lazy_frame
from metaxy.models.constants import METAXY_CREATED_AT
from metaxy.models.types import CoercibleToFeatureKey
from metaxy.utils.dataframes import collect_to_polars

_SPEC_ARGUMENTS = ("metadata", "description", "tags", "group_name", "partitions_def", "automation_condition")


def observable_metaxy_asset(
    feature: CoercibleToFeatureKey,
    *,
    store_resource_key: str = "store",
    inject_metaxy_kind: bool = True,
    inject_code_version: bool = True,
    set_description: bool = True,
    **observable_kwargs: Any,
) -> Callable[[Callable[..., Any]], dg.SourceAsset]:
    """Makes an observable asset of a feature out of `fn(context, store, lazy_df)`, which may return more metadata.

    Every observation tells the data version and the number of rows. An asset with `partitions_def` and metadata
    `partition_by` tells the data version of every partition that has rows, and nothing else.

    Args:
        store_resource_key: the resource that is the store; it is opened for `fn`.
        observable_kwargs: arguments of `dagster.observable_source_asset`. A `key` there wins over the feature's own.

    Raises:
        KeyError: the feature is not registered.
    """
    definition = registered(feature)
    key, prefix = observable_kwargs.pop("key", None), observable_kwargs.pop("key_prefix", None)
    observable_kwargs.pop("name", None)
    rules = metaxify(
        key=None if is_compat() else key,
        key_prefix=None if key is not None and is_compat() else prefix,
        inject_metaxy_kind=inject_metaxy_kind,
        inject_code_version=inject_code_version,
        set_description=set_description,
    )
    given = {name: observable_kwargs.pop(name) for name in _SPEC_ARGUMENTS if name in observable_kwargs}
    metadata = {**(given.pop("metadata", None) or {}), DAGSTER_METAXY_FEATURE_METADATA_KEY: str(definition.key)}
    spec = rules(dg.AssetSpec(str(definition.key), metadata=metadata, **given))
    resources = {*observable_kwargs.pop("required_resource_keys", ()), store_resource_key}
    filters = build_metaxy_partition_filter(metaxy_partition(metadata))
    column = partition_column(metadata)

    def decorate(fn: Callable[..., Any]) -> dg.SourceAsset:
        def observe(context: dg.AssetExecutionContext) -> Any:
            with getattr(context.resources, store_resource_key) as store:
                rows = store.read(definition.key, filters=filters)
                stats = compute_stats_from_lazy_frame(rows)
                extra = fn(context, store, rows) or {}
                if spec.partitions_def is not None and column is not None:
                    return dg.DataVersionsByPartition(_versions_by_partition(rows, column))
            return dg.ObserveResult(
                data_version=stats.data_version,
                metadata={DAGSTER_ROW_COUNT_METADATA_KEY: stats.row_count, **extra},
                tags=build_feature_event_tags(definition),
            )

        observe.__doc__ = fn.__doc__
        return dg.observable_source_asset(
            key=spec.key,
            metadata=spec.metadata,
            description=spec.description,
            group_name=spec.group_name,
            tags=spec.tags,
            partitions_def=spec.partitions_def,
            automation_condition=spec.automation_condition,
            required_resource_keys=resources,
            **observable_kwargs,
        )(observe)

    return decorate


def _versions_by_partition(rows: nw.LazyFrame[Any], column: str) -> dict[str, dg.DataVersion]:
    parts = collect_to_polars(rows.select(column, METAXY_CREATED_AT)).partition_by(column, as_dict=True)
    return {str(key): compute_stats_from_lazy_frame(part).data_version for (key,), part in parts.items()}
