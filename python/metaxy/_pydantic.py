# SPDX-License-Identifier: Apache-2.0
"""How the core's classes behave where pydantic's models are expected."""

from __future__ import annotations

from typing import Any

from pydantic_core import core_schema

from metaxy import _settings

_TEXTS = {"FeatureKey", "FieldKey"}


def core_schema_of(cls: Any) -> core_schema.CoreSchema:
    """Validates by the class itself; serialises to its JSON form."""

    make = cls if cls.__name__ in _TEXTS else cls.model_validate

    def validate(value: Any) -> Any:
        if isinstance(value, cls):
            return value
        if type(value).__name__ in _TEXTS and _settings.is_compat():
            raise ValueError(f"Cannot create {cls.__name__} from {type(value).__name__}")
        return make(value)

    return core_schema.no_info_plain_validator_function(
        validate,
        serialization=core_schema.plain_serializer_function_ser_schema(
            lambda value, info: value.model_dump(mode=info.mode), info_arg=True
        ),
        json_schema_input_schema=core_schema.str_schema() if cls.__name__ in _TEXTS else core_schema.dict_schema(),
    )


def json_schema_of(cls: Any) -> dict[str, Any]:
    return {"type": "string" if cls.__name__ in _TEXTS else "object", "title": cls.__name__}


def set_attribute(value: Any, name: str, given: Any) -> None:
    """Definitions do not change; subclasses may have attributes of their own."""
    known = isinstance(getattr(type(value), name, None), property)
    if known or (_settings.is_compat() and not hasattr(value, "__dict__")):
        raise frozen(type(value).__name__, name, given)
    object.__setattr__(value, name, given)


def frozen(title: str, name: str, given: Any) -> Exception:
    """The error for a member that cannot be set; in the compatibility mode pydantic's."""
    if not _settings.is_compat():
        return AttributeError(f"{name} of a {title} cannot be changed; make another one")
    from pydantic_core import InitErrorDetails, ValidationError

    details = InitErrorDetails(type="frozen_instance", loc=(name,), input=given)
    return ValidationError.from_exception_data(title, [details])


def dumped(
    _name: str,
    values: dict[str, Any],
    include: Any = None,
    exclude: Any = None,
    by_alias: bool = False,
    exclude_none: bool = False,
    **_: Any,
) -> Any:
    """The JSON form of a definition as `model_dump` gives it."""
    if by_alias:
        _rename_filters(values)
    if include is not None:
        values = {key: value for key, value in values.items() if key in include}
    if exclude is not None:
        values = {key: value for key, value in values.items() if key not in exclude}
    return _without_nulls(values) if exclude_none else values


def _rename_filters(values: Any) -> None:
    if isinstance(values, dict):
        if "sql_filters" in values:
            renamed = {("filters" if key == "sql_filters" else key): value for key, value in values.items()}
            values.clear()
            values.update(renamed)
        _rename_filters(values.get("deps"))
    elif isinstance(values, list):
        for value in values:
            _rename_filters(value)


def _without_nulls(values: Any) -> Any:
    if isinstance(values, dict):
        return {key: _without_nulls(value) for key, value in values.items() if value is not None}
    return [_without_nulls(value) for value in values] if isinstance(values, list) else values
