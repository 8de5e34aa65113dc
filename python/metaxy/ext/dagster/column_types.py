# SPDX-License-Identifier: Apache-2.0
"""Types of columns as texts, out of annotations and out of JSON Schema."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Annotated, Any, ForwardRef, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, NaiveDatetime

_JSON_NAMES = {
    "integer": "int",
    "number": "float",
    "string": "str",
    "boolean": "bool",
    "array": "list",
    "object": "dict",
}
_FORMATS = {"date-time": "datetime", "date": "date", "time": "time", "duration": "timedelta"}


def type_text(annotation: Any) -> str:
    """A type as users write it, without None: `int | str`, `dict[str, float]`, `datetime (UTC)`."""
    if annotation is AwareDatetime:
        return "datetime (UTC)"
    if annotation is NaiveDatetime:
        return "datetime (naive)"
    if isinstance(annotation, ForwardRef):
        return annotation.__forward_arg__
    origin = get_origin(annotation)
    if origin is None:
        return getattr(annotation, "__name__", None) or str(annotation)
    args = get_args(annotation)
    if origin is Annotated:
        return type_text(args[0])
    if origin in (Union, types.UnionType):
        return " | ".join(type_text(arg) for arg in args if arg is not type(None))
    name = "Literal" if origin is Literal else getattr(origin, "__name__", None) or str(origin)
    return f"{name}[{', '.join(type_text(arg) for arg in args)}]"


def json_type_text(schema: Mapping[str, Any]) -> str:
    """The same for a property of a JSON Schema."""
    options = [item for item in schema.get("anyOf", ()) if item.get("type") != "null"]
    if options:
        return " | ".join(dict.fromkeys(json_type_text(item) for item in options))
    if "enum" in schema or "const" in schema:
        return f"Literal[{', '.join(map(str, schema.get('enum') or [schema['const']]))}]"
    kind = schema.get("type")
    if kind == "array" and schema.get("items"):
        return f"list[{json_type_text(schema['items'])}]"
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"dict[str, {json_type_text(schema['additionalProperties'])}]"
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    return _JSON_NAMES.get(kind, "Any") if isinstance(kind, str) else "Any"
