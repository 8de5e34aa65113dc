# SPDX-License-Identifier: Apache-2.0
"""Comparing PyArrow schemas of what is stored and what is given."""

from __future__ import annotations

from typing import Any


def lacks(stored: Any, given: Any) -> bool:
    """Whether a stored schema lacks columns or struct members that the given one has."""
    import pyarrow as pa

    for field in given:
        at = stored.get_field_index(field.name)
        if at < 0:
            return True
        if pa.types.is_struct(field.type) and lacks(pa.schema(list(stored.field(at).type)), pa.schema(list(field.type))):
            return True
    return False
