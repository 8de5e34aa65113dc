# SPDX-License-Identifier: Apache-2.0
"""What is given beside what is stored, in PyArrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from metaxy._errors import with_code
from metaxy.metadata_store.exceptions import MetadataSchemaError
from metaxy.metadata_store.table_paths import default_key, key_of_table


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


def with_types(type: Any, nearest: Callable[[Any], Any]) -> Any:
    """A type with what `nearest` says instead of each scalar type in it."""
    import pyarrow as pa

    if pa.types.is_struct(type):
        return pa.struct([member.with_type(with_types(member.type, nearest)) for member in type])
    if pa.types.is_map(type):
        made = pa.map_(with_types(type.key_type, nearest), with_types(type.item_type, nearest))
        same = made.key_type.equals(type.key_type) and made.item_type.equals(type.item_type)
        return type if same else made  # whose members may be called otherwise
    if pa.types.is_list(type) or pa.types.is_large_list(type):
        values = type.value_field.with_type(with_types(type.value_type, nearest))
        return pa.list_(values) if pa.types.is_list(type) else pa.large_list(values)
    return nearest(type)


def cast_whole(format: str, table: str, rows: Any, schema: Any) -> Any:
    """A batch or table with the types of a schema. Raises: MetadataSchemaError naming the column with a value that would
    become another one."""
    import pyarrow as pa

    arrays = []
    for field, values in zip(schema, rows.columns, strict=True):
        try:
            arrays.append(values if values.type.equals(field.type) else values.cast(field.type))
        except pa.ArrowInvalid as error:
            message = f"{format} keeps column {field.name} of feature {feature_name(table)} as {field.type}: {error}"
            hint = "cast the column to a type that holds it before writing: text always does"
            raise with_code(MetadataSchemaError(message), "schema_mismatch", hint) from None
    return type(rows).from_arrays(arrays, schema=schema)


def refuse_types(format: str, table: str, schema: Any, lacking: Callable[[Any], bool], hint: str) -> None:
    """Raises: MetadataSchemaError naming the columns of types that a format has not."""
    refused = [field for field in schema if lacking(field.type)]
    if refused:
        columns = ", ".join(f"{field.name} ({field.type})" for field in refused)
        message = f"{format} cannot store columns of feature {feature_name(table)}: {columns}"
        raise with_code(MetadataSchemaError(message), "schema_mismatch", hint)


def feature_name(table: str) -> str:
    """The key of the feature that a table is of."""
    return "/".join(key_of_table(table) or default_key(table))
