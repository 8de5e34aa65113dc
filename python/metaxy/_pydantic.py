# SPDX-License-Identifier: Apache-2.0
"""How the core's classes behave as fields of pydantic models."""

from __future__ import annotations

from typing import Any

from pydantic_core import core_schema

_TEXTS = {"FeatureKey", "FieldKey"}


def core_schema_of(cls: Any) -> core_schema.CoreSchema:
    """Validates by the class itself; serialises to its JSON form."""

    def validate(value: Any) -> Any:
        return value if isinstance(value, cls) else cls.model_validate(value)

    return core_schema.no_info_plain_validator_function(
        validate,
        serialization=core_schema.plain_serializer_function_ser_schema(lambda value: value.model_dump()),
        json_schema_input_schema=core_schema.str_schema() if cls.__name__ in _TEXTS else core_schema.dict_schema(),
    )


def json_schema_of(cls: Any) -> dict[str, Any]:
    return {"type": "string" if cls.__name__ in _TEXTS else "object", "title": cls.__name__}
