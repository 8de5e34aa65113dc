# SPDX-License-Identifier: Apache-2.0
"""Filters of users as the core's filter language (docs/filters.md): strings as they are, Narwhals expressions by
translation. What has no translation is refused by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from metaxy._core import FeatureKey
from metaxy._errors import InvalidArgumentError, with_code
from metaxy.models.types import coerce_to_feature_key

__all__ = ["filter_text", "filter_texts", "filters_by_feature"]

_OPERATORS = {
    "__eq__": "=",
    "__ne__": "<>",
    "__gt__": ">",
    "__ge__": ">=",
    "__lt__": "<",
    "__le__": "<=",
    "__and__": "AND",
    "__or__": "OR",
    "__add__": "+",
    "__sub__": "-",
    "__mul__": "*",
    "__truediv__": "/",
}
_REFLECTED = {f"__r{name[2:]}": operator for name, operator in _OPERATORS.items()}
_FUNCTIONS = {
    "abs": "abs",
    "round": "round",
    "floor": "floor",
    "ceil": "ceil",
    "str.to_lowercase": "lower",
    "str.to_uppercase": "upper",
    "str.len_chars": "length",
    "dt.year": "year",
    "dt.month": "month",
    "dt.day": "day",
}
_TYPES = {
    "Int8": "smallint",
    "Int16": "smallint",
    "Int32": "integer",
    "Int64": "bigint",
    "Float32": "real",
    "Float64": "double",
    "String": "text",
    "Boolean": "boolean",
    "Date": "date",
    "Time": "time",
    "Binary": "blob",
}


def filter_texts(filters: Any) -> list[str]:
    """One filter, several, or None, as conditions that are joined by AND."""
    if filters is None:
        return []
    if isinstance(filters, str) or not isinstance(filters, Iterable):
        return [filter_text(filters)]
    return [filter_text(item) for item in filters]


def filters_by_feature(filters: Mapping[Any, Any] | None) -> dict[FeatureKey, list[str]]:
    """Filters by feature, whatever stands for the feature."""
    return {coerce_to_feature_key(key): filter_texts(items) for key, items in (filters or {}).items()}


def filter_text(value: Any) -> str:
    """A condition in the core's language.

    Raises:
        InvalidArgumentError: the expression says something that the language has no words for.

    Examples:
        >>> import narwhals as nw
        >>> filter_text((nw.col("height") > 100) & nw.col("codec").is_in(["h264"]))
        '(("height" > 100) AND ("codec" IN (\\'h264\\')))'
    """
    if isinstance(value, str):
        return value
    if hasattr(value, "source"):
        return value.source
    if hasattr(value, "_nodes"):
        return _expression(value)
    raise _refused(f"a filter of type {type(value).__name__}", "give a Narwhals expression or a SQL condition")


def _refused(what: str, hint: str = "write the condition as a SQL string") -> Exception:
    error = InvalidArgumentError(f"{what} cannot be used as a filter in a store")
    return with_code(error, "invalid_argument", hint)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _constant(value: Any) -> str:
    from datetime import date, datetime, time, timedelta, timezone
    from decimal import Decimal

    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, Decimal)):
        return f"({value})" if value < 0 else str(value)
    if isinstance(value, float):
        return f"CAST({_text(repr(value))} AS double)"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return f"TIMESTAMP {_text(value.isoformat(' '))}"
        return f"TIMESTAMPTZ {_text(value.astimezone(timezone.utc).isoformat(' '))}"
    if isinstance(value, date):
        return f"DATE {_text(value.isoformat())}"
    if isinstance(value, time):
        return f"TIME {_text(value.isoformat())}"
    if isinstance(value, timedelta):
        return f"INTERVAL {_text(f'{value.total_seconds():f} seconds')}"
    if hasattr(value, "item"):
        return _constant(value.item())
    raise _refused(f"a constant of type {type(value).__name__}")


def _type(dtype: Any) -> str:
    name = dtype.__name__ if isinstance(dtype, type) else type(dtype).__name__
    if name == "Datetime":
        return "timestamptz" if getattr(dtype, "time_zone", None) else "timestamp"
    if name in _TYPES:
        return _TYPES[name]
    raise _refused(f"a cast to {dtype}")


def _operand(value: Any) -> str:
    return _expression(value) if hasattr(value, "_nodes") else _constant(value)


def _expression(expression: Any) -> str:
    out = ""
    for node in expression._nodes:
        out = _applied(out, node.name, list(node.exprs), dict(node.kwargs))
    return out


def _applied(on: str, name: str, args: list[Any], options: dict[str, Any]) -> str:
    """One method of an expression, applied to what was said before."""
    if name == "col":
        names = options.get("names", args)
        if len(names) != 1:
            raise _refused("col() of several columns")
        return _quoted(names[0])
    if name == "lit":
        return _constant(options["value"] if "value" in options else args[0])
    if name in _OPERATORS:
        return _binary(on, _OPERATORS[name], _operand(args[0]))
    if name in _REFLECTED:
        return f"({_operand(args[0])} {_REFLECTED[name]} {on})"
    if name == "__invert__":
        return f"(NOT {on})"
    if name == "__mod__":
        other = _operand(args[0])
        return f"((({on} % {other}) + {other}) % {other})"
    if name == "is_null":
        return f"({on} IS NULL)"
    if name == "is_in":
        return _is_in(on, options.get("other", args[0] if args else ()))
    if name == "is_between":
        return _is_between(on, args, options)
    if name == "cast":
        return f"CAST({on} AS {_type(options['dtype'])})"
    if name == "fill_null" and options.get("strategy") is None:
        return f"coalesce({on}, {_operand(args[0] if args else options['value'])})"
    if name == "dt.date":
        return f"CAST({on} AS date)"
    if name in ("all_horizontal", "any_horizontal"):
        return "(" + (" AND " if name.startswith("all") else " OR ").join(map(_operand, args)) + ")"
    if name.startswith("str.") and (text := _text_test(on, name, args, options)):
        return text
    if name == "struct.field":
        return f"{on}.{_quoted(args[0] if args else options['name'])}"
    if name in _FUNCTIONS and not args:
        decimals = options.get("decimals")
        return f"{_FUNCTIONS[name]}({on}{f', {decimals}' if decimals else ''})"
    raise _refused(f"the Narwhals method {name}")


def _binary(left: str, operator: str, right: str) -> str:
    return f"({left} {operator} {right})"


def _is_in(on: str, items: Any) -> str:
    known = [_constant(item) for item in (items.to_list() if hasattr(items, "to_list") else items) if item is not None]
    # Nothing is among no items, and of NULL that is unknown.
    return f"({on} IN ({', '.join(known)}))" if known else f"({on} <> {on})"


def _is_between(on: str, args: list[Any], options: dict[str, Any]) -> str:
    bounds = [*args, *(options[name] for name in ("lower_bound", "upper_bound") if name in options)]
    low, high = map(_operand, bounds)
    closed = options.get("closed", "both")
    above = ">=" if closed in ("both", "left") else ">"
    below = "<=" if closed in ("both", "right") else "<"
    return f"(({on} {above} {low}) AND ({on} {below} {high}))"


def _text_test(on: str, name: str, args: list[Any], options: dict[str, Any]) -> str | None:
    given = [*args, *(options[key] for key in ("prefix", "suffix", "pattern") if key in options)]
    if name in ("str.starts_with", "str.ends_with"):
        return f"{name[4:]}({on}, {_operand(given[0])})"
    if name == "str.contains":
        is_plain = isinstance(given[0], str) and all(it.isalnum() or it in " _-/" for it in given[0])
        if not options.get("literal") and not is_plain:
            raise _refused("str.contains with a regular expression", "give literal=True, or a SQL string with LIKE")
        return f"contains({on}, {_operand(given[0])})"
    return None
