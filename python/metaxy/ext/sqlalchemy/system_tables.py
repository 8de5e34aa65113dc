# SPDX-License-Identifier: Apache-2.0
"""The tables that metaxy keeps beside those of features."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Column, DateTime, Index, Integer, MetaData, String, Table

from metaxy._settings import is_compat
from metaxy.metadata_store.system.keys import EVENTS_KEY, FEATURE_VERSIONS_KEY


def add_system_tables(metadata: MetaData, table_name: Callable[[str], str]) -> None:
    """Adds all of them. `table_name`: what the store calls a table."""
    _add_feature_versions(metadata, table_name(FEATURE_VERSIONS_KEY.table_name))
    _add_events(metadata, table_name(EVENTS_KEY.table_name))
    _add_own_tables(metadata, table_name)


def _add_feature_versions(metadata: MetaData, name: str) -> None:
    # One definition is recorded under every project version that has it; the reference's key forbids that.
    Table(
        name,
        metadata,
        Column("project", String, primary_key=True, index=True),
        Column("feature_key", String, primary_key=True, index=True),
        Column("metaxy_definition_version", String, primary_key=True),
        Column("metaxy_feature_version", String, index=True),
        Column("metaxy_project_version", String, primary_key=not is_compat(), index=True),
        Column("recorded_at", DateTime, index=True),
        Column("feature_spec", String),
        Column("feature_schema", String),
        Column("feature_class_path", String),
        Column("tags", String, default="{}"),
        Column("deleted_at", DateTime, nullable=True),
        Index(f"idx_{name}_lookup", "project", "feature_key", "metaxy_feature_version"),
    )


def _add_events(metadata: MetaData, name: str) -> None:
    Table(
        name,
        metadata,
        Column("project", String, primary_key=True, index=True),
        Column("execution_id", String, primary_key=True, index=True),
        Column("timestamp", DateTime, primary_key=True),
        Column("event_type", String, index=True),
        Column("feature_key", String, nullable=True, index=True),
        Column("payload", String, default=""),
        Index(f"idx_{name}_lookup", "project", "execution_id", "event_type"),
    )


def _add_own_tables(metadata: MetaData, table_name: Callable[[str], str]) -> None:
    """Those that the reference does not have; the store creates them, and a migration must not drop them."""
    moment = DateTime(timezone=True)
    Table(
        table_name("metaxy_system__store"),
        metadata,
        Column("hash_format", Integer),
        Column("hash_algorithm", String),
        Column("hash_length", Integer),
        Column("created_at", moment),
    )
    Table(table_name("metaxy_system__times"), metadata, Column("written_at", moment))
    Table(
        table_name("metaxy_system__field_versions"),
        metadata,
        Column("feature_key", String),
        Column("metaxy_feature_version", String),
        Column("field_key", String),
        Column("field_version", String),
        Column("recorded_at", moment),
        Column("code_version", String),
    )
