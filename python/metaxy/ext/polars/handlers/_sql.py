# SPDX-License-Identifier: Apache-2.0
"""Conditions as SQL of DataFusion, which Delta and Lance filter with."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from metaxy.metadata_store.storage import Condition

_OPERATORS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def conjunction(conditions: Sequence[Condition]) -> str | None:
    """All conditions joined by AND; None without any."""
    return " AND ".join(_text(condition) for condition in conditions) or None


def _text(condition: Condition) -> str:
    column = '"' + condition.column.replace('"', '""') + '"'
    if condition.operator == "is_null":
        return f"{column} IS NULL"
    if condition.operator == "is_not_null":
        return f"{column} IS NOT NULL"
    if condition.operator == "in":
        return f"{column} IN ({', '.join(_literal(value) for value in condition.value)})"
    return f"{column} {_OPERATORS[condition.operator]} {_literal(condition.value)}"


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime.datetime):
        utc = value.astimezone(datetime.timezone.utc)
        return f"arrow_cast('{utc:%Y-%m-%dT%H:%M:%S.%f}', 'Timestamp(Microsecond, Some(\"UTC\"))')"
    if isinstance(value, datetime.date):
        return f"DATE '{value.isoformat()}'"
    return "'" + str(value).replace("'", "''") + "'"
