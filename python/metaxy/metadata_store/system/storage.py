# SPDX-License-Identifier: Apache-2.0
"""Definitions that a store keeps: pushed by projects, read by whoever depends on them."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any

from metaxy._warnings import InvalidStoredFeatureWarning
from metaxy.metadata_store.system.keys import FEATURE_VERSIONS_KEY
from metaxy.models.feature_graph import FeatureGraph
from metaxy.models.feature_definition import FeatureDefinition
from metaxy.models.feature_selection import FeatureSelection
from metaxy.models.types import PushResult

if TYPE_CHECKING:
    import polars as pl

    from metaxy.metadata_store.base import MetadataStore

__all__ = ["SystemTableStorage"]


class SystemTableStorage:
    """The tables of definitions of an open store; also usable in a `with` statement, which opens nothing.

    Examples:
        >>> import metaxy as mx
        >>> from metaxy.ext.duckdb import DuckDBMetadataStore
        >>> with mx.FeatureGraph().use(), DuckDBMetadataStore(":memory:").open("w") as store:
        ...     class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="video", id_columns=["id"])):
        ...         id: str
        ...     first = SystemTableStorage(store).push_graph_snapshot(tags={"commit": "4f1c2ab"})
        ...     again = SystemTableStorage(store).push_graph_snapshot()
        >>> first.already_pushed, again.already_pushed
        (False, True)
    """

    def __init__(self, store: MetadataStore) -> None:
        self.store = store

    def __enter__(self) -> SystemTableStorage:
        return self

    def __exit__(self, *_: Any) -> None:
        return None

    def push_graph_snapshot(self, *, project: str | None = None, tags: dict[str, str] | None = None) -> PushResult:
        """Records the active graph's definitions of a project.

        Raises:
            ValueError: the graph has no features of its own, or of several projects and none is configured.
        """
        self.store._check_writable()
        graph = FeatureGraph.get_active()
        wanted = project or self._sole_project(graph)
        session = self.store._prepared("w")
        version, already, updated = session.push(project=wanted, tags=tags or {})
        return PushResult(version, already, [str(key) for key in updated])

    @staticmethod
    def _sole_project(graph: FeatureGraph) -> str:
        from metaxy.config import active

        try:
            return graph.project
        except RuntimeError as error:
            config = active()
            if config is not None and config.project and "multiple" in str(error):
                return config.project
            raise ValueError(f"No features in active graph can be pushed: {error}") from None

    def _rows(self) -> pl.DataFrame:
        import polars as pl

        from metaxy.metadata_store.system.models import FEATURE_VERSIONS_SCHEMA

        self.store._check_open()
        rows = self.store._session(self.store._mode or "r").scan(FEATURE_VERSIONS_KEY.table_name)
        if rows is None:
            return pl.DataFrame(schema=FEATURE_VERSIONS_SCHEMA)
        return pl.DataFrame(rows)

    def read_graph_snapshots(self, project: str | None = None) -> pl.DataFrame:
        """Pushed versions, newest first: when each was recorded and how many features it has."""
        import polars as pl

        rows = self._rows()
        if project is not None:
            rows = rows.filter(pl.col("project") == project)
        return (
            rows.group_by("metaxy_project_version")
            .agg(pl.col("recorded_at").min(), pl.col("feature_key").n_unique().alias("feature_count"))
            .sort("recorded_at", descending=True)
        )

    def read_features(
        self, *, current: bool = True, project_version: str | None = None, project: str | None = None
    ) -> pl.DataFrame:
        """Recorded definitions of one project version; of the active graph's when `current`.

        Raises:
            ValueError: neither `current` nor a version.
        """
        import polars as pl

        if not current and project_version is None:
            raise ValueError("Must provide project_version, for current=False reads that of another push")
        graph = FeatureGraph.get_active()
        wanted: str | None = project_version
        if current:
            wanted = graph.get_project_version(project) if project else graph.project_version
        rows = self._rows().filter(pl.col("metaxy_project_version") == wanted)
        return rows if project is None else rows.filter(pl.col("project") == project)

    def load_graph_from_snapshot(self, project_version: str, project: str | None = None) -> FeatureGraph:
        """The graph as it was pushed. Raises: ValueError when nothing was pushed under that version."""
        rows = self.read_features(current=False, project_version=project_version, project=project)
        if rows.is_empty():
            raise ValueError(f"No features recorded for snapshot {project_version}: that version was never pushed")
        out = FeatureGraph()
        for definition in _definitions(rows.sort("recorded_at")):
            out.add_feature_definition(definition, on_conflict="ignore")
        return out

    def resolve_selection(self, selection: FeatureSelection) -> list[FeatureDefinition]:
        """The definition that was recorded last, of each feature selected."""
        import polars as pl

        latest = self._rows().sort("recorded_at", descending=True).unique("feature_key", keep="first")
        if not selection.all:
            keys = [str(key) for key in selection.keys or []]
            latest = latest.filter(
                pl.col("project").is_in(selection.projects or []) | pl.col("feature_key").is_in(keys)
            )
        return _definitions(latest.sort("feature_key"), source=self.store.display())


def _definitions(rows: pl.DataFrame, source: str | None = None) -> list[FeatureDefinition]:
    out = []
    for row in rows.iter_rows(named=True):
        try:
            out.append(
                FeatureDefinition.from_stored_data(
                    feature_spec=json.loads(row["feature_spec"]),
                    feature_schema=json.loads(row["feature_schema"]),
                    feature_class_path=row["feature_class_path"],
                    project=row["project"],
                    source=source,
                )
            )
        except Exception as error:
            warnings.warn(
                f"the stored definition of feature {row['feature_key']} cannot be read: {error}",
                InvalidStoredFeatureWarning,
                stacklevel=3,
            )
    return out
