# SPDX-License-Identifier: Apache-2.0
"""Records of another feature version with the provenance that they would have under this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metaxy.metadata_store.reference import as_relation
from metaxy.metadata_store.system.storage import SystemTableStorage
from metaxy.models.constants import (
    METAXY_DATA_VERSION,
    METAXY_DATA_VERSION_BY_FIELD,
    METAXY_FEATURE_VERSION,
    METAXY_PROJECT_VERSION,
    METAXY_PROVENANCE,
    METAXY_PROVENANCE_BY_FIELD,
)
from metaxy.models.feature_graph import FeatureGraph
from metaxy.utils.dataframes import lazy_polars, same_kind

if TYPE_CHECKING:
    import polars as pl

    from metaxy._core import FeatureKey
    from metaxy.metadata_store.base import MetadataStore


def rebased(store: MetadataStore, key: FeatureKey, df: Any, to_feature_version: str | None) -> Any:
    """See MetadataStore.rebase."""
    import narwhals as nw
    import polars as pl

    definition = FeatureGraph.get_active().get_feature_definition(key)
    if not definition.spec.deps:
        raise ValueError(f"Cannot rebase root feature {key}: there is nothing to rebase it on; use `mx rebase`")
    graph, version, project_version = _target(store, key, to_feature_version)
    ids = list(definition.spec.id_columns)
    with graph.use():
        expected = lazy_polars(store.resolve_update(key, skip_comparison=True).new)
    provenance = expected.select(*ids, METAXY_PROVENANCE, METAXY_PROVENANCE_BY_FIELD)
    rows = _without_own_versions(lazy_polars(df)).join(provenance, on=ids, how="inner")
    out = rows.with_columns(
        pl.lit(version).alias(METAXY_FEATURE_VERSION), pl.lit(project_version).alias(METAXY_PROJECT_VERSION)
    )
    made = same_kind(df, out.collect())
    return as_relation(store, made) if isinstance(made, nw.LazyFrame) else made


def _target(store: MetadataStore, key: FeatureKey, wanted: str | None) -> tuple[FeatureGraph, str, str]:
    """The graph to rebase on, and the versions that it gives."""
    import polars as pl

    graph = FeatureGraph.get_active()
    if wanted is None or wanted == graph.get_feature_version(key):
        return graph, graph.get_feature_version(key), graph.project_version
    storage = SystemTableStorage(store)
    known = storage._rows().filter(
        (pl.col("feature_key") == str(key)) & (pl.col(METAXY_FEATURE_VERSION) == wanted)
    )
    if known.is_empty():
        raise ValueError(f"version {wanted} of feature {key} was never pushed to {store!r}; run `mx push` first")
    project_version = known[METAXY_PROJECT_VERSION][0]
    return storage.load_graph_from_snapshot(project_version), wanted, project_version


def _without_own_versions(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Data versions that only repeat the provenance follow it; those of the user stay."""
    import polars as pl

    names = rows.collect_schema().names()
    if METAXY_DATA_VERSION in names and METAXY_PROVENANCE in names:
        repeats = pl.col(METAXY_DATA_VERSION) == pl.col(METAXY_PROVENANCE)
        kept = [name for name in (METAXY_DATA_VERSION, METAXY_DATA_VERSION_BY_FIELD) if name in names]
        rows = rows.with_columns(pl.when(~repeats).then(pl.col(name)).alias(name) for name in kept)
    dropped = [METAXY_PROVENANCE, METAXY_PROVENANCE_BY_FIELD, METAXY_FEATURE_VERSION, METAXY_PROJECT_VERSION]
    return rows.drop(dropped, strict=False)
