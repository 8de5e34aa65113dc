# SPDX-License-Identifier: Apache-2.0
"""URL and tables of a store, as Alembic takes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import MetaData, make_url

from metaxy._decorators import experimental, public
from metaxy._settings import is_compat
from metaxy.ext.sqlalchemy.constraints import constrain
from metaxy.ext.sqlalchemy.system_tables import add_system_tables
from metaxy.models.feature_definition import FeatureDefinition
from metaxy.models.feature_graph import FeatureGraph

if TYPE_CHECKING:
    from metaxy.metadata_store.base import MetadataStore

__all__ = ["filter_feature_sqla_metadata", "get_system_slqa_metadata"]


@public
@experimental
def get_system_slqa_metadata(
    store: MetadataStore, protocol: str | None = None, port: int | None = None
) -> tuple[str, MetaData]:
    """The tables that metaxy keeps beside those of features.

    Args:
        protocol: goes into the URL in the place of the store's, such as `clickhouse+native`.
        port: goes into the URL in the place of the store's.

    Returns:
        The store's URL for SQLAlchemy, and its tables.

    Raises:
        ValueError: SQLAlchemy cannot reach such a store.

    Example:
        >>> from metaxy.ext.duckdb import DuckDBMetadataStore
        >>> url, metadata = get_system_slqa_metadata(DuckDBMetadataStore("videos.duckdb"))
        >>> url
        'duckdb:///videos.duckdb'
        >>> "metaxy_system__feature_versions" in metadata.tables
        True
    """
    url = url_of(store, protocol, port)
    out = MetaData()
    prefix = prefix_of(store)
    add_system_tables(out, lambda name: prefix + name)
    return url, out


@public
@experimental
def filter_feature_sqla_metadata(
    store: MetadataStore,
    source_metadata: MetaData,
    project: str | None = None,
    filter_by_project: bool = True,
    inject_primary_key: bool | None = None,
    inject_index: bool | None = None,
    protocol: str | None = None,
    port: int | None = None,
) -> tuple[str, MetaData]:
    """Those tables that are the store's tables of features in the active graph.

    Args:
        source_metadata: tables by the names that they have in the store; it stays as it is.
        project: of which project; absent: the configured one, or else the graph's only one.
        filter_by_project: False takes features of all projects.
        inject_primary_key: makes feature version, id columns and time of update the primary key.
        inject_index: adds an index of these columns.
        protocol, port: as in get_system_slqa_metadata.

    Returns:
        The store's URL for SQLAlchemy, and copies of the tables.

    Raises:
        ValueError: SQLAlchemy cannot reach such a store, or a table lacks columns that are to be constrained.
        RuntimeError: no project is given or configured, and the graph has several.
    """
    url = url_of(store, protocol, port)
    out = MetaData()
    by_name = {store.get_table_name(it.key): it for it in features_of(project, filter_by_project)}
    for table in source_metadata.tables.values():
        definition = by_name.get(table.name)
        if definition is not None:
            copy = table.to_metadata(out)
            constrain(copy, definition.id_columns, primary_key=inject_primary_key, index=inject_index)
    return url, out


def url_of(store: MetadataStore, protocol: str | None, port: int | None) -> str:
    """The URL of a store with another protocol and port, secrets included. Raises: ValueError when it has none."""
    url = getattr(store, "sqlalchemy_url", None)
    if not url:
        raise ValueError(f"{store!r} has no sqlalchemy_url: SQLAlchemy cannot reach such a store")
    if protocol is None and port is None:
        return url
    changed = make_url(url).set(drivername=protocol, port=port)
    return changed.render_as_string(hide_password=False)


def prefix_of(store: MetadataStore) -> str:
    """What the store puts before the names of its tables."""
    return getattr(store, "table_prefix", "")


def features_of(project: str | None, filter_by_project: bool) -> Iterator[FeatureDefinition]:
    """Features of the active graph, of one project or of all."""
    graph = FeatureGraph.get_active()
    wanted = _project(graph, project) if filter_by_project else None
    for definition in graph.feature_definitions_by_key.values():
        if not filter_by_project or definition.project == wanted:
            yield definition


def _project(graph: FeatureGraph, project: str | None) -> str | None:
    from metaxy.config import active

    config = active()
    if project is None and config is not None:
        project = config.project
    if project is None and not is_compat() and graph.feature_definitions_by_key:
        return graph.project
    return project
