# SPDX-License-Identifier: Apache-2.0
"""Features as inputs and outputs of assets."""

from typing import Any

import dagster as dg

from metaxy._core import FeatureKey
from metaxy.ext.dagster.constants import (
    DAGSTER_METAXY_FEATURE_METADATA_KEY,
    DAGSTER_METAXY_MATERIALIZED_METADATA_KEY,
    DAGSTER_METAXY_STORE_METADATA_KEY,
    DAGSTER_ROW_COUNT_METADATA_KEY,
)
from metaxy.ext.dagster.features import feature_key_of_metadata
from metaxy.ext.dagster.partitions import (
    build_metaxy_partition_filter,
    build_partition_filter_from_input_context,
    metaxy_partition,
    partition_column,
)
from metaxy.ext.dagster.resources import MetaxyStoreFromConfigResource
from metaxy.ext.dagster.runtime import build_runtime_feature_metadata, materialized_rows, store_metadata
from metaxy.ext.dagster.statistics import compute_row_count
from metaxy.metadata_store.base import MetadataStore
from metaxy.metadata_store.exceptions import FeatureNotFoundError
from metaxy.models.feature_graph import FeatureGraph

MetaxyOutput = Any | None
"""What an asset may return to a MetaxyIOManager: a frame of any library, or None."""


class MetaxyIOManager(dg.ConfigurableIOManager):
    """Writes the frames that assets return, and gives lazy frames to the assets that take them.

    An asset says by metadata which feature it is (`metaxy/feature`), which column holds Dagster's partition key
    (`partition_by`) and which fixed part of the feature it stands for (`metaxy/partition`). An asset that returns None
    has written by itself; its metadata are recorded all the same.

    Args:
        store: absent: the configuration's default store.
    """

    store: dg.ResourceDependency[MetadataStore]

    def __init__(self, *, store: Any = None, **kwargs: Any) -> None:
        given: dict[str, Any] = {"store": MetaxyStoreFromConfigResource() if store is None else store, **kwargs}
        super().__init__(**given)

    def load_input(self, context: dg.InputContext) -> Any:
        """A lazy frame of the upstream feature's rows, of the partitions that the input is mapped to."""
        upstream = context.upstream_output
        metadata = upstream.definition_metadata if upstream is not None else None
        feature = _feature_of(metadata, f"the upstream of input {context.name}")
        fixed = build_metaxy_partition_filter(metaxy_partition(metadata))
        filters = [*fixed, *build_partition_filter_from_input_context(context)]
        with self.store as store:
            rows, served = store.read(feature, filters=filters, with_store_info=True)
            resolved_from = served.get_store_info(feature)
        if not context.has_asset_partitions or len(context.asset_partition_keys) == 1:
            context.add_input_metadata(
                {
                    "name": self.store.name,
                    DAGSTER_METAXY_STORE_METADATA_KEY: self.store.display(),
                    "resolved_from": resolved_from,
                    **store_metadata(resolved_from),
                }
            )
        return rows

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Writes a frame, unless it is None, and records what is stored of the feature."""
        metadata = context.definition_metadata
        feature = _feature_of(metadata, f"output {context.name} of {context.step_key}")
        if obj is not None:
            with self.store.open("w") as store:
                store.write(feature, obj)
            context.log.debug(f"Wrote feature {feature} into {self.store!r}")
        if DAGSTER_ROW_COUNT_METADATA_KEY in context.output_metadata:
            return
        try:
            known, _ = build_runtime_feature_metadata(
                feature,
                self.store,
                context,
                partition_col=partition_column(metadata),
                metaxy_partition=metaxy_partition(metadata),
            )
        except FeatureNotFoundError:
            context.log.warning(f"nothing is stored of feature {feature} yet, so there are no metadata of it")
            return
        known[DAGSTER_METAXY_MATERIALIZED_METADATA_KEY] = self._written_samples(feature, context.run_id)
        context.add_output_metadata(known)

    def _written_samples(self, feature: FeatureKey, run_id: str) -> int:
        ids = FeatureGraph.get_active().get_feature_definition(feature).id_columns
        with self.store as store:
            return compute_row_count(materialized_rows(store, feature, run_id).select(*ids).unique())


def _feature_of(metadata: Any, what: str) -> FeatureKey:
    feature = feature_key_of_metadata(metadata)
    if feature is None:
        raise AssertionError(
            f"{what} has no metadata {DAGSTER_METAXY_FEATURE_METADATA_KEY!r}, which names the feature that "
            "MetaxyIOManager reads or writes"
        )
    return feature
