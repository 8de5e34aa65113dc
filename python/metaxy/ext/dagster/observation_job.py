# SPDX-License-Identifier: Apache-2.0
"""Jobs that record how much of features is stored, without computing anything."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import dagster as dg

from metaxy._core import FeatureKey
from metaxy._settings import is_compat
from metaxy.ext.dagster.constants import (
    DAGSTER_METAXY_FEATURE_METADATA_KEY,
    DAGSTER_PARTITION_ROW_COUNT_METADATA_KEY,
    DAGSTER_ROW_COUNT_METADATA_KEY,
)
from metaxy.ext.dagster.features import build_feature_event_tags, feature_key_of_metadata
from metaxy.ext.dagster.partitions import (
    build_metaxy_partition_filter,
    build_partition_filter,
    metaxy_partition,
    partition_column,
    partition_key_of,
)
from metaxy.ext.dagster.statistics import compute_row_count
from metaxy.metadata_store.base import MetadataStore
from metaxy.metadata_store.exceptions import FeatureNotFoundError

AnyAsset: TypeAlias = dg.AssetSpec | dg.AssetsDefinition | dg.SourceAsset


class _Observed(NamedTuple):
    key: dg.AssetKey
    feature: FeatureKey
    partition_by: str | None
    partition: dict[str, Any] | None
    partitions_def: dg.PartitionsDefinition | None

    @property
    def name(self) -> str:
        """The asset's key as a name in Dagster."""
        return re.sub(r"\W", "_", self.key.to_user_string().replace("/", "__"), flags=re.ASCII)


def build_metaxy_observation_job(
    asset: AnyAsset, *, store_resource_key: str = "store", tags: Mapping[str, str] | None = None
) -> list[dg.JobDefinition]:
    """A job `observe_<table name>` for every feature of an asset. A run counts the rows that are stored; of a
    partitioned asset it is a run of one partition.

    Args:
        store_resource_key: the resource that is the store.
        tags: more tags of the jobs.

    Raises:
        ValueError: the asset names no feature.
        TypeError: it is no asset.
    """
    observed = _observed([asset])
    if not observed:
        raise ValueError(f"Asset has no specs with {DAGSTER_METAXY_FEATURE_METADATA_KEY!r} metadata, which names the feature")
    return [_single_job(item, store_resource_key, tags or {}) for item in observed]


def _single_job(item: _Observed, store_resource_key: str, tags: Mapping[str, str]) -> dg.JobDefinition:
    name = f"observe_{item.feature.table_name}"

    @dg.op(name=f"observe_{item.name}", required_resource_keys={store_resource_key}, out=dg.Out(dg.Nothing))
    def observe(context: dg.OpExecutionContext) -> None:
        _observe(context, getattr(context.resources, store_resource_key), item)

    @dg.job(
        name=name,
        description=f"Observes Metaxy feature `{item.feature}` (asset `{item.key.to_user_string()}`).",
        partitions_def=item.partitions_def,
        tags={**tags, DAGSTER_METAXY_FEATURE_METADATA_KEY: str(item.feature)},
        metadata={
            DAGSTER_METAXY_FEATURE_METADATA_KEY: str(item.feature),
            "dagster/asset": dg.MetadataValue.asset(item.key),
        },
    )
    def observation() -> None:
        observe()

    return observation


def build_metaxy_multi_observation_job(
    name: str,
    *,
    asset_selection: dg.AssetSelection | None = None,
    defs: dg.Definitions | None = None,
    assets: Sequence[AnyAsset] | None = None,
    store_resource_key: str = "store",
    tags: Mapping[str, str] | None = None,
    **kwargs: Any,
) -> dg.JobDefinition:
    """One job that observes the features of many assets, each in a step of its own.

    The op `<name>_fanout` takes the config `asset_keys`: which of them a run observes; absent: all.

    Args:
        asset_selection: assets of `defs`.
        assets: the assets themselves, instead of a selection.
        store_resource_key: the resource that is the store.
        kwargs: arguments of `dagster.job`.

    Raises:
        ValueError: nothing is selected, or assets are partitioned differently.
        TypeError: something is no asset.
    """
    observed = _observed(_given(asset_selection, defs, assets))
    if not observed:
        raise ValueError(f"No assets have specs with {DAGSTER_METAXY_FEATURE_METADATA_KEY!r} metadata, which names the feature")
    for item in observed[1:]:
        if item.partitions_def != observed[0].partitions_def:
            pair = f"{observed[0].key.to_user_string()} and {item.key.to_user_string()}"
            raise ValueError(f"assets of one job must be partitioned in the same way; {pair} are not")
    by_key = {item.key.to_user_string(): item for item in observed}
    fanout, observe = _multi_ops(name, by_key, store_resource_key)
    lines = [f"- `{key}` → `{item.feature}`" for key, item in by_key.items()]
    metadata = {
        "metaxy/features": [str(item.feature) for item in observed],
        **{f"metaxy/asset/{key}": dg.MetadataValue.asset(item.key) for key, item in by_key.items()},
        **kwargs.pop("metadata", {}),
    }
    settings = {
        "description": f"Observe {len(by_key)} Metaxy assets:\n\n" + "\n".join(lines),
        "partitions_def": observed[0].partitions_def,
        **kwargs,
    }

    @dg.job(name=name, tags=dict(tags or {}), metadata=metadata, **settings)
    def observation() -> None:
        fanout().map(observe)

    return observation


def _multi_ops(
    name: str, by_key: dict[str, _Observed], store_resource_key: str
) -> tuple[Callable[..., Any], Callable[..., Any]]:
    class FanoutConfig(dg.Config):
        asset_keys: list[str] = list(by_key)

    @dg.op(name=f"{name}_fanout", out=dg.DynamicOut(str))
    def fanout(config: FanoutConfig) -> Iterable[dg.DynamicOutput[str]]:
        unknown = sorted(set(config.asset_keys) - set(by_key))
        if unknown:
            raise ValueError(f"job {name} has no assets {', '.join(unknown)}; it has {', '.join(sorted(by_key))}")
        for key in dict.fromkeys(config.asset_keys):
            yield dg.DynamicOutput(key, mapping_key=by_key[key].name)

    @dg.op(name=f"{name}_observe", required_resource_keys={store_resource_key}, out=dg.Out(dg.Nothing))
    def observe(context: dg.OpExecutionContext, asset_key: str) -> None:
        _observe(context, getattr(context.resources, store_resource_key), by_key[asset_key])

    return fanout, observe


def _given(
    selection: dg.AssetSelection | None, defs: dg.Definitions | None, assets: Sequence[AnyAsset] | None
) -> Sequence[AnyAsset]:
    if assets is not None:
        if selection is not None or defs is not None:
            raise ValueError("give `assets`, or `asset_selection` with `defs`, not both")
        return assets
    if selection is None or defs is None:
        raise ValueError("Must provide either 'assets', or 'asset_selection' with the 'defs' that it selects from")
    keys = selection.resolve(defs.resolve_asset_graph())
    return [spec for spec in defs.resolve_all_asset_specs() if spec.key in keys]


def _observed(assets: Sequence[AnyAsset]) -> list[_Observed]:
    out = []
    for asset in assets:
        for spec in _specs_of(asset):
            feature = feature_key_of_metadata(spec.metadata)
            if feature is not None:
                fixed = metaxy_partition(spec.metadata)
                out.append(_Observed(spec.key, feature, partition_column(spec.metadata), fixed, spec.partitions_def))
    return out


def _specs_of(asset: AnyAsset) -> Iterable[Any]:
    """Specs, or what has the same attributes."""
    if isinstance(asset, dg.AssetsDefinition):
        return asset.specs
    if isinstance(asset, (dg.AssetSpec, dg.SourceAsset)):
        return [asset]
    raise TypeError(f"Expected AssetSpec, AssetsDefinition, or SourceAsset, got {type(asset).__name__}")


def _observe(context: dg.OpExecutionContext, store: MetadataStore, item: _Observed) -> None:
    partition_key = partition_key_of(context)
    try:
        with store:
            metadata = _counts(store, item, partition_key)
        tags = build_feature_event_tags(item.feature)
    except FeatureNotFoundError:
        context.log.warning(f"nothing is stored of feature {item.feature}")
        metadata, tags = {DAGSTER_ROW_COUNT_METADATA_KEY: 0, "error": "Feature not found"}, {}
    context.log_event(
        dg.AssetObservation(asset_key=item.key, partition=partition_key, metadata=metadata, tags=tags or None)
    )


def _counts(store: MetadataStore, item: _Observed, partition_key: str | None) -> dict[str, Any]:
    fixed = build_metaxy_partition_filter(item.partition)
    if partition_key is None:
        return {DAGSTER_ROW_COUNT_METADATA_KEY: compute_row_count(store.read(item.feature, filters=fixed))}
    of_run = [*fixed, *build_partition_filter(item.partition_by, partition_key)]
    whole = store.read(item.feature, filters=[] if is_compat() else fixed)
    return {
        DAGSTER_ROW_COUNT_METADATA_KEY: compute_row_count(whole),
        DAGSTER_PARTITION_ROW_COUNT_METADATA_KEY: compute_row_count(store.read(item.feature, filters=of_run)),
    }
