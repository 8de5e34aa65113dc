# SPDX-License-Identifier: Apache-2.0
"""The primary key and the index that metaxy can add to the table of a feature."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from metaxy._settings import is_compat
from metaxy.models.constants import METAXY_FEATURE_VERSION, METAXY_UPDATED_AT

_KEY = "metaxy_pk"
_INDEX = "metaxy_idx"
_LONGEST_NAME = 63  # PostgreSQL's


def record_columns(id_columns: Sequence[str]) -> list[str]:
    """What tells one record of a feature's table from another."""
    return [METAXY_FEATURE_VERSION, *id_columns, METAXY_UPDATED_AT]


def _name(kind: str, table_name: str) -> str:
    """Databases know indexes by name beside those of all other tables; the reference calls all of them the same."""
    if is_compat():
        return kind
    name = f"{kind}_{table_name}"
    if len(name) <= _LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: _LONGEST_NAME - 9]}_{digest}"


def record_key(table_name: str, id_columns: Sequence[str]) -> PrimaryKeyConstraint:
    """A primary key of the columns that tell records apart."""
    return PrimaryKeyConstraint(*record_columns(id_columns), name=_name(_KEY, table_name))


def record_index(table_name: str, id_columns: Sequence[str]) -> Index:
    """An index of the columns that tell records apart."""
    return Index(_name(_INDEX, table_name), *record_columns(id_columns))


def constrain(table: Table, id_columns: Sequence[str], *, primary_key: bool | None, index: bool | None) -> None:
    """Adds what is asked for to a table, in the place of what it has of the kind.

    Raises:
        ValueError: the table lacks a column of the feature.
    """
    if not (primary_key or index):
        return
    missing = [name for name in record_columns(id_columns) if name not in table.columns]
    if missing:
        raise ValueError(f"table {table.name} lacks {', '.join(missing)}, which tell its records apart")
    if primary_key:
        for column in list(table.primary_key.columns):
            column.primary_key = False
        table.append_constraint(record_key(table.name, id_columns))
    if index and not _is_indexed(table, record_columns(id_columns)):
        added: Any = record_index(table.name, id_columns)
        table.append_constraint(added)


def rename(table: Table, old_name: str) -> None:
    """Lets key and index follow the name of a table that was called otherwise."""
    for thing in (table.primary_key, *table.indexes):
        for kind in (_KEY, _INDEX):
            if thing.name == _name(kind, old_name):
                thing.name = _name(kind, table.name)


def _is_indexed(table: Table, columns: list[str]) -> bool:
    return any([column.name for column in index.columns] == columns for index in table.indexes)
