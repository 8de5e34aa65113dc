# SPDX-License-Identifier: Apache-2.0
"""What is given beside what is stored, in PyArrow."""

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


def fitted(rows: Any, schema: Any) -> Any:
    """A batch or table with the columns and struct members of a schema; what it lacks is null."""
    import pyarrow as pa

    arrays = []
    for field in schema:
        at = rows.schema.get_field_index(field.name)
        arrays.append(pa.nulls(rows.num_rows, field.type) if at < 0 else _fitted_values(rows.column(at), field.type))
    return type(rows).from_arrays(arrays, schema=schema)


def _fitted_values(values: Any, type: Any) -> Any:
    import pyarrow as pa

    if isinstance(values, pa.ChunkedArray):
        return pa.chunked_array([_fitted_values(chunk, type) for chunk in values.chunks], type)
    if not pa.types.is_struct(type) or values.type.equals(type):
        return values.cast(type)
    members = []
    for member in type:
        at = values.type.get_field_index(member.name)
        members.append(
            pa.nulls(len(values), member.type) if at < 0 else _fitted_values(values.field(at), member.type)
        )
    return pa.StructArray.from_arrays(members, fields=list(type), mask=values.is_null())
