# SPDX-License-Identifier: Apache-2.0
"""Records of a feature, or what must be computed of it, as a Ray dataset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ray.data import Datasource, ReadTask
from ray.data.block import BlockMetadata

from metaxy._decorators import public
from metaxy._settings import is_compat
from metaxy.config import MetaxyConfig
from metaxy.ext.ray.surroundings import Surroundings, for_tasks
from metaxy.filters import filter_texts
from metaxy.models.types import CoercibleToFeatureKey, coerce_to_feature_key
from metaxy.utils.dataframes import collect_to_polars

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from metaxy.metadata_store.base import MetadataStore

__all__ = ["MetaxyDatasource"]

STATUS = "metaxy_status"
_BLOCK_ROWS = 65_536


@public
class MetaxyDatasource(Datasource):
    """Reads a feature, by one task. Give it to `ray.data.read_datasource`.

    Args:
        feature: a feature of the active graph, or of the configuration's.
        store: where it is; a database in memory cannot be reached by tasks.
        config: a configuration or its file, to be activated; absent: the active one, or else the one that is found.
        incremental: give the samples that must be computed (new, then stale) instead of what is stored. Column
            `metaxy_status` says `new` or `stale`.
        staleness_predicates: incremental: conditions on stored columns that make a sample stale.
        filters: conditions on the feature's stored columns.
        columns: only these, with `incremental` besides `metaxy_status`.
        feature_version, allow_fallback, with_feature_history, with_sample_history, include_soft_deleted: as in
            `MetadataStore.read`; they cannot be combined with `incremental`.

    Raises:
        ValueError: options that exclude each other, or a store in memory.

    Example:
        >>> source = MetaxyDatasource("video/crop", store, incremental=True)  # doctest: +SKIP
        >>> ray.data.read_datasource(source).map_batches(crop).write_datasink(sink)  # doctest: +SKIP
    """

    def __init__(
        self,
        feature: CoercibleToFeatureKey,
        store: MetadataStore,
        config: MetaxyConfig | Path | str | None = None,
        *,
        incremental: bool = False,
        staleness_predicates: Any = None,
        feature_version: str | None = None,
        filters: Any = None,
        columns: Sequence[str] | None = None,
        allow_fallback: bool = True,
        with_feature_history: bool = False,
        with_sample_history: bool = False,
        include_soft_deleted: bool = False,
    ) -> None:
        super().__init__()
        self._surroundings = Surroundings.taken(config)
        self._feature = str(coerce_to_feature_key(feature))
        self._store = for_tasks(store)
        self._incremental = incremental
        self._filters = filter_texts(filters)
        self._staleness = filter_texts(staleness_predicates)
        self._columns = None if columns is None else list(columns)
        self._read_options: dict[str, Any] = {
            "feature_version": feature_version,
            "allow_fallback": allow_fallback,
            "with_feature_history": with_feature_history,
            "with_sample_history": with_sample_history,
            "include_soft_deleted": include_soft_deleted,
        }
        if not is_compat():
            self._check_options()

    def _check_options(self) -> None:
        if self._incremental:
            plain = {**dict.fromkeys(self._read_options, False), "allow_fallback": True, "feature_version": None}
            given = [name for name, value in self._read_options.items() if value != plain[name]]
            if given:
                raise ValueError(f"{', '.join(given)} cannot be combined with incremental=True")
        elif self._staleness:
            raise ValueError("staleness_predicates need incremental=True")

    def get_name(self) -> str:
        """What Ray calls the reading."""
        return f"Metaxy({self._feature})"

    def estimate_inmemory_data_size(self) -> int | None:
        """Not known before reading."""
        return None

    def get_read_tasks(
        self, parallelism: int, per_task_row_limit: int | None = None, data_context: Any = None
    ) -> list[ReadTask]:
        """One task, whatever `parallelism` is."""
        metadata = BlockMetadata(num_rows=self._count(), size_bytes=None, input_files=None, exec_stats=None)
        return [ReadTask(lambda: self._blocks(per_task_row_limit), metadata, per_task_row_limit=per_task_row_limit)]

    def _count(self) -> int | None:
        """How many rows there will be; not known of an increment, which would have to be computed for it."""
        if self._incremental:
            return None
        with self._surroundings.active(), self._store:
            frame = self._read()
            return len(frame.select(frame.collect_schema().names()[0]).collect())

    def _read(self) -> Any:
        return self._store.read(self._feature, filters=self._filters, columns=self._columns, **self._read_options)

    def _blocks(self, limit: int | None) -> Iterator[pa.Table]:
        import polars as pl

        with self._surroundings.active(), self._store:
            frames = self._increment() if self._incremental else [self._stored(limit)]
        for frame in frames:
            rows = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
            for start in range(0, max(rows.num_rows, 1), _BLOCK_ROWS):
                yield rows.slice(start, _BLOCK_ROWS)

    def _stored(self, limit: int | None) -> pl.DataFrame:
        frame = self._read()
        return collect_to_polars(frame if limit is None else frame.head(limit))

    def _increment(self) -> list[pl.DataFrame]:
        import polars as pl

        found = self._store.resolve_update(
            self._feature, target_filters=self._filters, staleness_predicates=self._staleness
        ).to_polars()
        parts = []
        for status, frame in (("new", found.new), ("stale", found.stale)):
            if self._columns is not None and not is_compat():
                frame = frame.select(self._columns)
            parts.append(frame.with_columns(pl.lit(status).alias(STATUS)))
        filled = [part for part in parts if not part.is_empty()]
        return filled or parts[:1]
