# SPDX-License-Identifier: Apache-2.0
"""Tables of SQLModel features, as Alembic takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import MetaData

from metaxy._decorators import public
from metaxy.ext.sqlalchemy.constraints import constrain, rename
from metaxy.ext.sqlalchemy.plugin import features_of, url_of
from metaxy.ext.sqlmodel.table_args import feature_key_of

if TYPE_CHECKING:
    from metaxy.metadata_store.base import MetadataStore

__all__ = ["filter_feature_sqlmodel_metadata"]


@public
def filter_feature_sqlmodel_metadata(
    store: MetadataStore,
    source_metadata: MetaData,
    project: str | None = None,
    filter_by_project: bool = True,
    inject_primary_key: bool | None = None,
    inject_index: bool | None = None,
    protocol: str | None = None,
    port: int | None = None,
) -> tuple[str, MetaData]:
    """The tables of SQLModel features of the active graph, by the names that they have in a store.

    Args:
        source_metadata: usually `SQLModel.metadata`; it stays as it is.
        project: of which project; absent: the configured one, or else the graph's only one.
        filter_by_project: False takes features of all projects.
        inject_primary_key: makes feature version, id columns and time of update the primary key.
        inject_index: adds an index of these columns.
        protocol: goes into the URL in the place of the store's.
        port: goes into the URL in the place of the store's.

    Returns:
        The store's URL for SQLAlchemy, and copies of the tables.

    Raises:
        ValueError: SQLAlchemy cannot reach such a store.
        RuntimeError: no project is given or configured, and the graph has several.
    """
    url = url_of(store, protocol, port)
    out = MetaData()
    wanted = {str(it.key): it for it in features_of(project, filter_by_project)}
    for table in source_metadata.tables.values():
        definition = wanted.get(feature_key_of(table) or "")
        if definition is not None:
            copy = table.to_metadata(out, name=store.get_table_name(definition.key))
            rename(copy, table.name)
            constrain(copy, definition.id_columns, primary_key=inject_primary_key, index=inject_index)
    return url, out
