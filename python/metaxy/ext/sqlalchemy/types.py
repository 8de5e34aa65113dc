# SPDX-License-Identifier: Apache-2.0
"""Types of metaxy's own columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.types import TypeEngine, UserDefinedType


class StructOfText(UserDefinedType[dict[str, Any]]):
    """DuckDB's STRUCT whose members are texts.

    Example:
        >>> StructOfText("audio", "frames").get_col_spec()
        'STRUCT("audio" VARCHAR, "frames" VARCHAR)'
    """

    cache_ok = True

    def __init__(self, *members: str) -> None:
        self.members = members

    def get_col_spec(self, **_: Any) -> str:
        quoted = ('"' + member.replace('"', '""') + '" VARCHAR' for member in self.members)
        return f"STRUCT({', '.join(quoted)})"

    def __repr__(self) -> str:
        return f"StructOfText({', '.join(map(repr, self.members))})"


def versions_by_field(members: Iterable[str]) -> TypeEngine[Any]:
    """The type of a column with a text for every field: JSON, in DuckDB the STRUCT in which the store keeps it."""
    return JSON().with_variant(StructOfText(*members), "duckdb")
