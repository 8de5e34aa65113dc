# SPDX-License-Identifier: Apache-2.0
"""The core's errors as Python exceptions. Every exception of metaxy has `.code` and `.hint`."""

from __future__ import annotations

from functools import cache
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


def with_note(error: Exception, note: str) -> None:
    """Adds a line that tracebacks show, from Python 3.11 on; before that, whoever knows PEP 678 does."""
    vars(error)["__notes__"] = [*getattr(error, "__notes__", []), note]


def exception_of(
    code: str, message: str, hint: str, notes: list[str], faults: list[tuple[str, str, str]], rendered: str
) -> Exception:
    """The exception for an error of the core; its text has all faults, notes and the hint."""
    from importlib import import_module

    from metaxy._settings import is_compat

    if is_compat():
        rendered = _lead(message) + rendered
    module, name = _BY_CODE.get(code, ("metaxy.metadata_store.exceptions", "MetadataStoreError"))
    cls = getattr(import_module(module), name)
    if is_compat():
        cls = _IN_COMPAT.get(code, lambda it: it)(cls)
    if code == "cancelled":
        return KeyboardInterrupt(rendered)  # type: ignore[return-value]
    remedies = dict.fromkeys(remedy for _, _, remedy in faults if remedy)
    return with_code(cls(rendered), code, hint or "; ".join(remedies))


def _lead(message: str) -> str:
    """Words that code written for the reference looks for, before those of the core."""
    for start, words in (
        ("nothing has been written for ", "Feature {} not found in store or fallback stores: "),
        ("there is no table ", "Table does not exist: "),
        ("the rows lack ", "Missing columns: "),
    ):
        if message.startswith(start):
            return words.format(message.removeprefix(start).split()[0].rstrip(","))
    if message.endswith("has no features to push"):
        return f"No features found for project {message.split()[1]}: "
    return "column collisions: " if "columns of the same name" in message else ""


def _as_value_error(cls: type[Exception]) -> type[Exception]:
    class SchemaValueError(cls, ValueError):  # type: ignore[misc, valid-type]
        """Also a ValueError, as columns that collide or are missing are in the reference."""

    return _named_like(SchemaValueError, cls)


def _as_lookup_error(cls: type[Exception]) -> type[Exception]:
    class DefinitionError(cls, KeyError, RuntimeError):  # type: ignore[misc, valid-type]
        """Also what the reference raises for unknown fields (KeyError) and for fields that read none (RuntimeError)."""

        __str__ = Exception.__str__

    return _named_like(DefinitionError, cls)


def _named_like(cls: type[Exception], original: type[Exception]) -> type[Exception]:
    cls.__name__, cls.__qualname__, cls.__module__ = original.__name__, original.__qualname__, original.__module__
    cls.__reduce__ = lambda self: (_rebuild, (original, str(self), self.code, self.hint))  # type: ignore
    return cls


_IN_COMPAT = {"schema_mismatch": cache(_as_value_error), "invalid_spec": cache(_as_lookup_error)}

# Faults that pydantic has words for, by how the core tells them.
_PYDANTIC_TYPES = (
    ("is not a known member", "extra_forbidden"),
    ("lacks the member", "missing"),
    ("Input should be a valid string", "string_type"),
    ("and should be a text", "string_type"),
    ("and should be a list", "list_type"),
)


def _fault_type(message: str) -> str | None:
    from metaxy._settings import is_compat

    return next((kind for text, kind in _PYDANTIC_TYPES if text in message), None) if is_compat() else None


def validation_error(title: str, faults: list[tuple[str, str, str]], value: Any) -> Exception:
    """pydantic's ValidationError with one entry for every fault; a fault's subject is a JSON pointer into `value`."""
    from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

    details = []
    for pointer, message, hint in faults:
        if (kind := _fault_type(message)) is not None:
            lacking = (message.split("`")[1],) if kind == "missing" else ()
            loc = (*_location(pointer), *lacking)
            details.append(InitErrorDetails(type=kind, loc=loc, input=_at(value, pointer)))
            continue
        found = _at(value, pointer)
        text = f"{_key_lead(title, message, found)}{message}" + (f" ({hint})" if hint else "")
        error = PydanticCustomError("value_error", "{text}", {"text": text})
        details.append(InitErrorDetails(type=error, loc=_location(pointer), input=found))
    return ValidationError.from_exception_data(title, details)


def _key_lead(title: str, message: str, value: Any) -> str:
    """What the reference says first of a key that is none."""
    from metaxy._settings import is_compat

    if not is_compat() or "key" not in message:
        return ""
    name = "FieldKey" if title in ("FieldKey", "FieldSpec") or message.startswith("field key") else "FeatureKey"
    if "should be a key such as" in message:
        return f"Cannot create {name} from {type(value).__name__}: "
    if "cannot be empty" in message:
        return f"{name} parts cannot be empty strings: "
    if "has a character other than" in message or "starts with a digit" in message:
        part = message.partition("(`")[2].partition("`)")[0]
        return f"{name} first part '{part}' is invalid: it must start with a lowercase letter or underscore; "
    return ""


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
