# SPDX-License-Identifier: Apache-2.0
"""The core's errors as Python exceptions. Every exception of metaxy has `.code` and `.hint`."""

from __future__ import annotations

from typing import Any

_BY_CODE = {
    "not_found": ("metaxy.metadata_store.exceptions", "FeatureNotFoundError"),
    "schema_mismatch": ("metaxy.metadata_store.exceptions", "MetadataSchemaError"),
    "invalid_spec": ("metaxy._errors", "InvalidDefinitionError"),
    "invalid_argument": ("metaxy._errors", "InvalidArgumentError"),
    "already_exists": ("metaxy._errors", "InvalidArgumentError"),
}


def _rebuild(cls: type[Exception], message: str, code: str, hint: str) -> Exception:
    return with_code(cls(message), code, hint)


def with_code(error: Exception, code: str, hint: str) -> Exception:
    """Gives an exception its code and hint; the hint is shown as a note where Python can."""
    error.code = code  # type: ignore[attr-defined]
    error.hint = hint  # type: ignore[attr-defined]
    return error


def exception_of(
    code: str, message: str, hint: str, notes: list[str], faults: list[tuple[str, str, str]], rendered: str
) -> Exception:
    """The exception for an error of the core; its text has all faults, notes and the hint."""
    from importlib import import_module

    module, name = _BY_CODE.get(code, ("metaxy.metadata_store.exceptions", "MetadataStoreError"))
    cls = getattr(import_module(module), name)
    if code == "cancelled":
        return KeyboardInterrupt(rendered)  # type: ignore[return-value]
    remedies = dict.fromkeys(remedy for _, _, remedy in faults if remedy)
    return with_code(cls(rendered), code, hint or "; ".join(remedies))


def validation_error(title: str, faults: list[tuple[str, str, str]], value: Any) -> Exception:
    """pydantic's ValidationError with one entry for every fault; a fault's subject is a JSON pointer into `value`."""
    from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

    details = []
    for pointer, message, hint in faults:
        text = f"{message} ({hint})" if hint else message
        error = PydanticCustomError("value_error", "{text}", {"text": text})
        details.append(InitErrorDetails(type=error, loc=_location(pointer), input=_at(value, pointer)))
    return ValidationError.from_exception_data(title, details)


def _location(pointer: str) -> tuple[int | str, ...]:
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:] if part]
    return tuple(int(part) if part.isdigit() else part for part in parts)


def _at(value: Any, pointer: str) -> Any:
    for part in _location(pointer):
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return value
    return value


class InvalidArgumentError(ValueError):
    """A value given by the caller is wrong."""


class InvalidFrameError(InvalidArgumentError, TypeError):
    """Rows come in an object that is no frame."""


class InvalidDefinitionError(ValueError):
    """A definition of a feature, or a configuration, is wrong."""
