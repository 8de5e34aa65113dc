# SPDX-License-Identifier: Apache-2.0
"""What only the compatibility mode does: the reference's warnings, refusals and left-over columns (docs/compat.md).

The core computes everything where it runs, so that nothing is moved to Polars; code written for the reference may
expect to be told all the same.
"""

from __future__ import annotations

import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from metaxy import _settings
from metaxy._core import FeatureKey
from metaxy._definitions import FeatureSpec
from metaxy.metadata_store.exceptions import VersioningEngineMismatchError
from metaxy.metadata_store.warnings import MetaxyColumnMissingWarning, PolarsMaterializationWarning
from metaxy.models.constants import METAXY_DELETED_AT, METAXY_PROVENANCE, METAXY_PROVENANCE_BY_FIELD
from metaxy.models.feature_graph import FeatureGraph
from metaxy.versioning.types import Increment, LazyIncrement

if TYPE_CHECKING:
    import narwhals as nw
    import polars as pl
    import pyarrow as pa

    from metaxy.metadata_store.base import MetadataStore


def columns_left_over(spec: FeatureSpec) -> tuple[str, ...]:
    """Null columns of increments: the deletion times of up to two upstreams of which nothing is selected."""
    if not _settings.is_compat():
        return ()
    count = sum(1 for dep in spec.deps if dep.select is None)
    return (METAXY_DELETED_AT, f"{METAXY_DELETED_AT}_right")[:count]


def known_filters(filters: dict[FeatureKey, list[str]]) -> dict[FeatureKey, list[str]]:
    """Filters by feature; the reference passes over those of features that are not there."""
    if not _settings.is_compat():
        return filters
    known = FeatureGraph.get_active().feature_definitions_by_key
    return {key: texts for key, texts in filters.items() if key in known}


def gives_relations(store: MetadataStore) -> bool:
    """Whether the reference's store of this kind gives frames over Ibis, and Ibis is there."""
    return _settings.is_compat() and store._reference_engine == "ibis" and all(map(find_spec, ("ibis", "duckdb")))


def as_relation(store: MetadataStore, frame: nw.LazyFrame[Any]) -> Any:
    """A lazy frame of the library whose frames the reference's store gives."""
    if not gives_relations(store):
        return frame
    import ibis
    import narwhals as nw

    return nw.from_native(ibis.memtable(_as_arrow(frame.to_native().collect())))


def _as_arrow(frame: pl.DataFrame) -> pa.Table:
    """Polars before 2 now and then fails to export columns of several chunks."""
    return frame.rechunk().to_arrow()


def gives_results(store: MetadataStore, samples: Any, engine: str | None) -> bool:
    """Whether increments are Ibis' results, because nothing is brought into Polars."""
    return samples is None and (engine or store.versioning_engine) != "polars" and gives_relations(store)


def as_results(increment: Increment) -> Increment:
    """An increment whose frames are what Ibis makes of results."""
    import narwhals as nw

    return Increment(*(nw.from_native(_as_arrow(part.to_native()), eager_only=True) for part in increment))


def as_relations(store: MetadataStore, increment: Increment, expected: nw.DataFrame[Any]) -> LazyIncrement:
    """An increment, and all that there should be, as lazy frames over Ibis."""
    new, stale, orphaned, given = (as_relation(store, frame.lazy()) for frame in (*increment, expected))
    return LazyIncrement(new=new, stale=stale, orphaned=orphaned, input=given)


def warn_of_materialization(store: MetadataStore, spec: FeatureSpec, samples: Any, engine: str | None) -> None:
    """Says what the reference would bring into Polars to resolve a feature.

    Raises:
        VersioningEngineMismatchError: samples come in memory, and the versioning engine is to be the database's own.
    """
    wanted = engine or store.versioning_engine
    own = store._reference_engine
    if not _settings.is_compat() or wanted == "polars":
        return
    if samples is not None:
        if own != "polars" and _implementation_of(samples) != own:
            _tell_of_samples(_implementation_of(samples), own, wanted)
        return
    if own == "polars" or not store._fallbacks:
        return
    for dep in spec.deps:
        if dep.feature not in FeatureGraph.get_active().feature_definitions_by_key:
            return
        found = store.find_store_for_feature(dep.feature)
        if found is not None and found._reference_engine != own:
            _warn(f"{own} and {found._reference_engine} are mixed: upstream feature `{dep.feature}` is read from {found!r}")
            return


def _tell_of_samples(given: str, own: str, wanted: str) -> None:
    if wanted == "native":
        raise VersioningEngineMismatchError(
            f"versioning_engine='native' but the `samples` have implementation {given}, expected {own}"
        )
    _warn(f"{own} and {given} are mixed: `samples` have implementation {given}")


def _implementation_of(frame: Any) -> str:
    import narwhals as nw

    try:
        return str(nw.from_native(frame).implementation.value)
    except TypeError:  # rows that are no frame
        return "polars"


def _warn(text: str) -> None:
    text = f"Narwhals implementation mismatch: {text}. This leads to materialization into an eager Polars frame."
    warnings.warn(text, PolarsMaterializationWarning, stacklevel=4)


def warn_of_write(store: MetadataStore, key: FeatureKey, df: Any) -> None:
    """Says which system column is missing, and that a table is about to be created."""
    if not _settings.is_compat():
        return
    names = _names_of(df)
    given = _implementation_of(df)
    if METAXY_PROVENANCE not in names and store._reference_engine == "ibis" and given not in ("ibis", "polars"):
        _warn(f"ibis and {given} are mixed: {METAXY_PROVENANCE} is computed from what is written")
    deps = FeatureGraph.get_active().get_feature_definition(key).spec.deps
    if deps and METAXY_PROVENANCE_BY_FIELD in names and METAXY_PROVENANCE not in names:
        warnings.warn(
            f"Metaxy column missing: expected {METAXY_PROVENANCE}, got {names}. resolve_update gives it; it is now "
            f"made from {METAXY_PROVENANCE_BY_FIELD}.",
            MetaxyColumnMissingWarning,
            stacklevel=3,
        )
    if not store._warns_of_new_tables or not store.auto_create_tables:
        return
    if store._session("w").columns(key.table_name) is None:
        warnings.warn(
            f"AUTO_CREATE_TABLES is enabled: table {store.get_table_name(key)!r} is created by this write. In "
            "production, create tables by migrations.",
            UserWarning,
            stacklevel=3,
        )


def _names_of(df: Any) -> list[str]:
    schema = getattr(df, "collect_schema", None)
    if schema is not None:
        return list(schema().names())
    names = getattr(df, "column_names", None)
    return [str(name) for name in (getattr(df, "columns", ()) if names is None else names)]


def with_unique_ids(key: FeatureKey, df: Any, error: Exception) -> Any:
    """The last of the rows that share an id, for a write that was refused because of them.

    Raises:
        `error`: it was refused for something else, or not in the compatibility mode.
    """
    if not _settings.is_compat() or "ids occur more than once" not in str(error):
        raise error
    import narwhals as nw

    try:
        frame = nw.from_native(df)
    except TypeError:  # what is read once only is gone by now
        raise error from None
    ids = list(FeatureGraph.get_active().get_feature_definition(key).spec.id_columns)
    eager = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    return eager.unique(subset=ids, keep="last", maintain_order=True)
