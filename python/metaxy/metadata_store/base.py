# SPDX-License-Identifier: Apache-2.0
"""Stores of metadata, as users of Python work with them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, nullcontext
from functools import partial
from typing import Any, Literal, overload

from metaxy import _core
from metaxy._core import FeatureKey
from metaxy._errors import InvalidArgumentError, with_code
from metaxy.filters import filter_texts, filters_by_feature
from metaxy.metadata_store import reference
from metaxy.metadata_store.exceptions import (
    FeatureNotFoundError,
    SystemDataNotFoundError,
    TableNotFoundError,
)
from metaxy.metadata_store.increments import eager_increment, lazy_increment
from metaxy.metadata_store.opening import MetadataStoreConfig, OpenableStore, VersioningEngineOptions
from metaxy.metadata_store.system.keys import is_system_key
from metaxy.models.feature_graph import FeatureGraph
from metaxy.models.types import CoercibleToFeatureKey, coerce_to_feature_key
from metaxy.utils.dataframes import arrow_source, narwhals_lazy, rereadable, rows_for, same_kind, scan_stream
from metaxy.versioning.types import Increment, LazyIncrement

__all__ = ["MetadataStore", "MetadataStoreConfig", "VersioningEngineOptions"]


class MetadataStore(OpenableStore):
    """Base of all stores. Use one within `with store:` to read, `with store.open("w"):` to write.

    Args:
        name: what messages and fallback lists call the store.
        hash_algorithm: of a new store; absent: the store's default.
        versioning_engine: kept for compatibility; the core decides where work is done.
        fallback_stores: stores, or their names in the configuration, to read what this one lacks.
        auto_create_tables: whether a write may create the feature's table; absent: as the configuration says.
        materialization_id: stamped on every record that is written, unless a write says otherwise.

    Examples:
        >>> import metaxy as mx
        >>> from metaxy.ext.duckdb import DuckDBMetadataStore
        >>> with mx.FeatureGraph().use(), DuckDBMetadataStore(":memory:").open("w") as store:
        ...     class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="video", id_columns=["id"])):
        ...         id: str
        ...     class Crop(mx.BaseFeature, spec=mx.FeatureSpec(key="crop", id_columns=["id"], deps=[Video])):
        ...         id: str
        ...     store.write(Video, [{"id": "a", "metaxy_provenance_by_field": {"default": "1"}}])
        ...     crops = store.resolve_update(Crop).new
        ...     store.write(Crop, crops)
        ...     crops["id"].to_list(), store.resolve_update(Crop).new.shape[0]
        (['a'], 0)
    """

    # Reading.

    def read(
        self,
        feature: CoercibleToFeatureKey,
        *,
        feature_version: str | None = None,
        filters: Any = None,
        columns: Sequence[str] | None = None,
        allow_fallback: bool = True,
        with_feature_history: bool = False,
        with_sample_history: bool = False,
        include_soft_deleted: bool = False,
        with_store_info: bool = False,
        as_of: Any = None,
    ) -> Any:
        """Records of a feature: the latest of each sample, unless a history is asked for.

        Args:
            feature_version: only records of this version; needs `with_feature_history`.
            filters: Narwhals expressions or SQL conditions, joined by AND; they see the latest records.
            columns: only these, in this order.
            allow_fallback: whether fallback stores may give what this one lacks.
            with_feature_history: records of all feature versions.
            with_sample_history: every record of a sample.
            include_soft_deleted: deleted samples too.
            with_store_info: give the store that the records are in, too.
            as_of: what was there at that time; a datetime, or a text such as `2026-01-31 12:00`.

        Returns:
            A lazy Narwhals frame over Polars (in the compatibility mode and a database: over Ibis, if that is there);
            columns, filters and limits that are put on it reach the store. With `with_store_info` a tuple of frame and store.

        Raises:
            FeatureNotFoundError: nothing was written of the feature.
            StoreNotOpenError: the store is not open.
        """
        self._check_open()
        key = coerce_to_feature_key(feature)
        if is_system_key(key):
            frame = self._read_system(key, filter_texts(filters), columns)
            return (frame, self) if with_store_info else frame
        if feature_version is not None and not with_feature_history:
            raise with_code(
                ValueError("feature_version needs with_feature_history=True"),
                "invalid_argument",
                "add with_feature_history=True",
            )
        self._sync()
        self._require_feature(key)
        session = self._prepared(keys=[key])
        moment = None if as_of is None else str(as_of)
        texts = filter_texts(filters)

        def rows(names: Sequence[str] | None, limit: int | None, pushed: Sequence[str]) -> _core.Stream:
            return session.read(
                key=key,
                filters=[*texts, *pushed],
                columns=list(names if names is not None else columns or []),
                sample_history=with_sample_history,
                feature_history=with_feature_history,
                feature_version=feature_version,
                include_soft_deleted=include_soft_deleted,
                as_of=moment,
                fallback=allow_fallback,
                limit=limit,
            )

        frame = reference.as_relation(self, self._lazy(rows))
        if not with_store_info:
            return frame
        return frame, self.find_store_for_feature(key, check_fallback=allow_fallback) or self

    def _lazy(self, rows: Any) -> Any:
        """A lazy frame that reads with the graph and the rules of now."""
        import polars as pl

        schema = pl.DataFrame(rows(None, 0, [])).schema
        return narwhals_lazy(scan_stream(lambda: schema, rows))

    def _require_feature(self, key: FeatureKey) -> None:
        FeatureGraph.get_active().get_feature_definition(key)

    def _read_system(self, key: FeatureKey, filters: list[str], columns: Sequence[str] | None) -> Any:
        import polars as pl

        rows = self._session(self._mode or "r").scan(key.table_name)
        if rows is None:
            raise SystemDataNotFoundError(f"{self!r} has no table {key.table_name}")
        frame = pl.DataFrame(rows)
        if filters:
            frame = frame.filter(pl.sql_expr(f"({') AND ('.join(filters)})"))
        return reference.as_relation(self, narwhals_lazy((frame.select(columns) if columns else frame).lazy()))

    def read_feature_schema_from_store(self, feature: CoercibleToFeatureKey) -> Any:
        """Names and types of a feature's columns in this store."""
        return self.read(feature, allow_fallback=False).collect_schema()

    # Writing.

    def write(
        self,
        feature: CoercibleToFeatureKey,
        df: Any,
        materialization_id: str | None = None,
        preserve_feature_version: bool = False,
        *,
        carry_over: bool = False,
        retire_children: bool | None = None,
    ) -> None:
        """Appends records, all of them or none.

        Args:
            df: any frame, or an iterable of Arrow batches, which is read as it comes.
            materialization_id: stamped on the records; absent: the store's.
            preserve_feature_version: keep the versions that the rows bring.
            carry_over: rows are partial results; what they lack is taken from the sample's previous record.
            retire_children: 1:N: soft-delete stored children of a parent that are not among those written. A row in
                which all ids of children are null, the only one of its parent, says that the parent has none.

        Raises:
            MetadataSchemaError: columns are missing or of other types than the table's.
            InvalidArgumentError: values that cannot be, such as null ids.
            StoreNotOpenError: the store is not open for writing.
        """
        self._check_writable()
        key = coerce_to_feature_key(feature)
        self._require_feature(key)
        reference.warn_of_write(self, key, df)

        def append(frame: Any) -> None:
            with rows_for(f"feature {key}", frame) as rows:
                self._prepared("w", keys=[key]).write(
                    key=key,
                    rows=rows,
                    materialization_id=materialization_id,
                    keep_versions=preserve_feature_version,
                    retire_children=retire_children,
                    carry_over=carry_over,
                )

        try:
            append(df)
        except FeatureNotFoundError as error:
            raise with_code(TableNotFoundError(str(error)), error.code, error.hint) from None
        except InvalidArgumentError as error:
            append(reference.with_unique_ids(key, df, error))

    def write_multi(self, metadata: Mapping[Any, Any], materialization_id: str | None = None) -> None:
        """Writes several features, those that depend on others first; each feature's rows all or not at all.

        Args:
            metadata: frames by feature.
            materialization_id: stamped on the records; absent: the store's.
        """
        frames = {coerce_to_feature_key(key): df for key, df in metadata.items()}
        graph = FeatureGraph.get_active()
        for key in graph.topological_sort_features(list(frames), descending=True) if frames else []:
            self.write(key, frames[key], materialization_id=materialization_id)

    def delete(
        self,
        feature: CoercibleToFeatureKey,
        filters: Any,
        *,
        soft: bool = True,
        with_feature_history: bool = False,
        with_sample_history: bool = False,
        cascade: bool = False,
    ) -> None:
        """Deletes samples.

        Args:
            filters: which; None means all.
            soft: keep the records and mark the samples as deleted; a later write brings them back.
            with_feature_history: hard: records of every feature version.
            cascade: downstream too, what was made from them alone.

        Raises:
            InvalidArgumentError: a filter that cannot be understood, or a column that is not there.
            StoreNotOpenError: the store is not open for writing.
        """
        self._check_writable()
        key = coerce_to_feature_key(feature)
        self._require_feature(key)
        texts = filter_texts(filters)
        self._prepared("w", keys=[key]).remove(
            keys=[key],
            filters=texts,
            all=not texts,
            hard=not soft,
            feature_history=with_feature_history,
            cascade=cascade,
            dry_run=False,
        )

    def drop_feature_metadata(self, feature: CoercibleToFeatureKey) -> None:
        """Removes a feature's table; one that is not there is fine."""
        self._check_writable()
        key = coerce_to_feature_key(feature)
        if is_system_key(key):
            raise NotImplementedError("system tables are not dropped")
        if self._session("w").columns(key.table_name) is not None:
            self._session("w").drop([key])

    def maintain(self, *, keep: datetime.timedelta = datetime.timedelta(days=7), dry_run: bool = False) -> list[str]:
        """Keeps the store small and fast: small files are merged, statistics made anew, and what only older states of
        tables need is removed. No record is lost, also none of the history.

        Args:
            keep: older states that a database or format keeps by itself may be forgotten at this age. Who still reads
                or writes one that is older fails.
            dry_run: change nothing.

        Returns:
            What was done, or would be: statements of the database, or words; nothing where there is nothing to do.

        Raises:
            StoreNotOpenError: the store is not open for writing.
        """
        self._check_open() if dry_run else self._check_writable()
        return self._session(self._mode or "r").maintain(keep_seconds=int(keep.total_seconds()), dry_run=dry_run)

    # What must be computed.

    @overload
    def resolve_update(
        self,
        feature: CoercibleToFeatureKey,
        *,
        samples: Any = None,
        filters: Mapping[Any, Any] | None = None,
        global_filters: Any = None,
        target_filters: Any = None,
        lazy: Literal[False] = False,
        versioning_engine: VersioningEngineOptions | None = None,
        skip_comparison: bool = False,
        staleness_predicates: Any = None,
        as_of: Any = None,
        row_per_member: bool | None = None,
        **_: Any,
    ) -> Increment: ...

    @overload
    def resolve_update(
        self,
        feature: CoercibleToFeatureKey,
        *,
        samples: Any = None,
        filters: Mapping[Any, Any] | None = None,
        global_filters: Any = None,
        target_filters: Any = None,
        lazy: Literal[True],
        versioning_engine: VersioningEngineOptions | None = None,
        skip_comparison: bool = False,
        staleness_predicates: Any = None,
        as_of: Any = None,
        row_per_member: bool | None = None,
        **_: Any,
    ) -> LazyIncrement: ...

    @overload
    def resolve_update(
        self,
        feature: CoercibleToFeatureKey,
        *,
        samples: Any = None,
        filters: Mapping[Any, Any] | None = None,
        global_filters: Any = None,
        target_filters: Any = None,
        lazy: bool,
        versioning_engine: VersioningEngineOptions | None = None,
        skip_comparison: bool = False,
        staleness_predicates: Any = None,
        as_of: Any = None,
        row_per_member: bool | None = None,
        **_: Any,
    ) -> Increment | LazyIncrement: ...

    def resolve_update(
        self,
        feature: CoercibleToFeatureKey,
        *,
        samples: Any = None,
        filters: Mapping[Any, Any] | None = None,
        global_filters: Any = None,
        target_filters: Any = None,
        lazy: bool = False,
        versioning_engine: VersioningEngineOptions | None = None,
        skip_comparison: bool = False,
        staleness_predicates: Any = None,
        as_of: Any = None,
        row_per_member: bool | None = None,
        **_: Any,
    ) -> Increment | LazyIncrement:
        """Which samples must be computed, computed again, or dropped.

        Args:
            samples: what there should be, instead of asking the upstreams; needed for features without any.
            filters: by feature, on its stored columns.
            global_filters: on every feature involved.
            target_filters: on the feature's own stored columns.
            lazy: give frames that are computed when they are collected.
            skip_comparison: everything is new.
            staleness_predicates: conditions on stored columns; a sample for which one is true is stale.
            as_of: records as they were at that time.
            row_per_member: N:1: a row for each member instead of one per group.

        Returns:
            Three frames. `new` and `stale` have the feature's id columns (1:N: those of the parent), the columns of the
            upstreams or of `samples`, and the four version columns as they are to be written; N:1: the members' columns
            as lists. `orphaned` has the stored records. With `lazy` each frame asks the store when it is collected.

        Raises:
            FeatureNotFoundError: nothing was written of an upstream.
            ValueError: a feature without upstreams and no `samples`.
        """
        self._check_open()
        key = coerce_to_feature_key(feature)
        if is_system_key(key):
            raise NotImplementedError("system tables are not resolved")
        self._sync()
        definition = FeatureGraph.get_active().get_feature_definition(key)
        if samples is None and not definition.spec.deps:
            raise with_code(
                ValueError(f"root feature {key} has no upstream dependencies, so `samples` must say what there is"),
                "invalid_argument",
                "give a frame of the samples with a version for every field in metaxy_provenance_by_field",
            )
        reference.warn_of_materialization(self, definition.spec, samples, versioning_engine)
        by_feature = reference.known_filters(filters_by_feature(filters))
        with nullcontext() if samples is None else rows_for(f"the samples of feature {key}", samples) as source:
            if lazy and samples is not None:
                source = rereadable(source)
            session = self._prepared(keys=[key, *by_feature])

            ask = partial(
                session.resolve,
                key=key,
                target_filters=filter_texts(target_filters),
                global_filters=filter_texts(global_filters),
                filters=by_feature,
                as_of=None if as_of is None else str(as_of),
                row_per_member=row_per_member,
                samples=source,
            )

            def rows(only: Sequence[str]) -> _core.Stream:
                predicates = filter_texts(staleness_predicates)
                return ask(only=list(only), skip_comparison=skip_comparison, staleness_predicates=predicates)

            def expected() -> _core.Stream:
                return ask(only=[], skip_comparison=True, staleness_predicates=[])

            nulls = () if samples is not None else reference.columns_left_over(definition.spec)
            is_result = reference.gives_results(self, samples, versioning_engine)
            if lazy and not is_result:
                return lazy_increment(rows, None if samples is not None else expected, nulls)
            increment = eager_increment(rows([]), nulls)
            if not is_result:
                return increment
            if lazy:
                return reference.as_relations(self, increment, eager_increment(expected(), nulls).new)
            return reference.as_results(increment)

    def compute_provenance(self, feature: CoercibleToFeatureKey, df: Any) -> Any:
        """Adds the four version columns to rows that the caller joined.

        Args:
            df: a Narwhals frame with, for every dependency, its `metaxy_data_version_by_field` under the upstream's
                column suffix (`metaxy_data_version_by_field__video_raw`).

        Returns:
            A frame as eager or lazy as the one given, without the upstreams' columns.

        Raises:
            KeyError: the graph has no such feature.
            MetadataSchemaError: such a column is missing.
        """
        self._check_open()
        key = coerce_to_feature_key(feature)
        self._require_feature(key)
        with rows_for(f"feature {key}", df) as rows:
            return same_kind(df, self._prepared(keys=[key]).compute_provenance(key=key, rows=rows))

    def hash_struct_version_column(self, plan: Any, df: Any, struct_column: str, hash_column: str) -> Any:
        """Adds the version of a sample, made from the members of a by-field column."""
        key = plan.feature.key
        session = self._prepared(keys=[key])
        rows = session.add_sample_version(key=key, rows=arrow_source(df), by_field=struct_column, version=hash_column)
        return same_kind(df, rows)

    def rebase(self, feature: CoercibleToFeatureKey, df: Any, *, to_feature_version: str | None = None) -> Any:
        """Records of another feature version with the provenance that they would have under this one, to be written
        with `preserve_feature_version=True`. For changes after which the data is still right.

        Args:
            df: records, as `read(..., with_feature_history=True)` gives them.
            to_feature_version: absent: the current one; another must have been pushed.

        Returns:
            A frame as eager or lazy as the one given; samples without upstream records are left out.

        Raises:
            ValueError: a feature without upstreams, or a version that nobody pushed.
        """
        self._check_open()
        from metaxy.metadata_store.rebase import rebased

        return rebased(self, coerce_to_feature_key(feature), df, to_feature_version)

    def calculate_input_progress(
        self, lazy_increment: LazyIncrement, feature_key: CoercibleToFeatureKey
    ) -> float | None:
        """How many per cent of a feature's inputs have been processed; None without inputs."""
        if lazy_increment.input is None:
            return None
        plan = FeatureGraph.get_active().get_feature_plan(feature_key)
        columns = plan.input_id_columns or list(plan.feature.id_columns)
        polars = lazy_increment.to_polars()
        total = _distinct(polars.input, columns)
        if total == 0:
            return None
        return (total - _distinct(polars.new, columns)) / total * 100.0

    # What is there.

    def has_feature(self, feature: CoercibleToFeatureKey, *, check_fallback: bool = False) -> bool:
        """Whether the feature has a table, also an empty one."""
        self._check_open()
        return self.find_store_for_feature(feature, check_fallback=check_fallback) is not None

    def find_store_for_feature(
        self, feature_key: CoercibleToFeatureKey, *, check_fallback: bool = True
    ) -> MetadataStore | None:
        """The first store that has the feature's table."""
        self._check_open()
        key = coerce_to_feature_key(feature_key)
        if self._session(self._mode or "r").columns(key.table_name) is not None:
            return self
        for store in self.fallback_stores if check_fallback else []:
            with ExitStack() as opened:
                if store._mode is None:
                    opened.enter_context(store.open("r"))
                found = store.find_store_for_feature(key)
            if found is not None:
                return found
        return None

    def get_table_name(self, key: CoercibleToFeatureKey) -> str:
        """The name of a feature's table."""
        return coerce_to_feature_key(key).table_name

    def get_store_info(self, feature_key: CoercibleToFeatureKey) -> dict[str, Any]:
        """Name, class and place of the store, and where in it the feature is."""
        return {
            "name": self.name,
            "type": self.qualified_class_name,
            "display": self.display(),
            "table_name": self.get_table_name(coerce_to_feature_key(feature_key)),
        }

    def get_store_metadata(self, feature_key: CoercibleToFeatureKey, *, check_fallback: bool = True) -> dict[str, Any]:
        """This store, and the one that has the feature."""
        out: dict[str, Any] = {"name": self.name, "display": self.display()}
        found = self.find_store_for_feature(feature_key, check_fallback=check_fallback)
        if found is not None:
            out["resolved_from"] = found.get_store_info(feature_key)
        return out

    def copy_metadata(
        self,
        from_store: MetadataStore,
        features: Sequence[CoercibleToFeatureKey] | None = None,
        *,
        filters: Mapping[str, Any] | None = None,
        global_filters: Any = None,
        with_feature_history: bool = True,
        with_sample_history: bool = False,
        records_per_commit: int = 0,
    ) -> dict[str, int]:
        """Copies records from another store as they are, times and deletions included; twice adds nothing.

        Args:
            records_per_commit: 0 copies everything in one commit. Else there is a commit after so many records of a
                feature, and a copy that was stopped goes on where it was when it is done again.

        Returns:
            `features_copied` and `rows_copied`.
        """
        for store in (self, from_store):
            if store._mode is None:
                which = "Destination" if store is self else "Source"
                raise ValueError(f"{which} store must be opened before it is used to copy: {store!r}")
        self._check_writable()
        graph = FeatureGraph.get_active()
        wanted = graph.list_features() if features is None else [coerce_to_feature_key(key) for key in features]
        source = from_store._prepared(keys=wanted)
        present = [key for key in wanted if source.columns(key.table_name) is not None]
        if not present:
            return {"features_copied": 0, "rows_copied": 0}
        copied = self._prepared("w", keys=present).copy_from(
            source=source,
            keys=present,
            filters=filters_by_feature(filters),
            global_filters=filter_texts(global_filters),
            feature_history=with_feature_history,
            sample_history=with_sample_history,
            records_per_commit=records_per_commit,
        )
        return {
            "features_copied": sum(1 for _, rows in copied if rows > 0),
            "rows_copied": sum(rows for _, rows in copied),
        }

    def _sync(self) -> None:
        from metaxy.config import active
        from metaxy.utils.external_features import sync_when_needed

        config = active()
        if config is None or config.sync:
            sync_when_needed(self, config)


def _distinct(frame: Any, columns: Sequence[str]) -> int:
    return frame.select(columns).unique().collect().height
