# SPDX-License-Identifier: Apache-2.0
"""Filter strings as Narwhals expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from metaxy import _core, _settings
from metaxy._times import read_time

if TYPE_CHECKING:
    import narwhals as nw

__all__ = ["FilterParseError", "NarwhalsFilter", "expressions_of", "parse_filter_string"]


class FilterParseError(ValueError):
    """A filter that cannot be read, or says what Narwhals has no words for."""

    code = "invalid_argument"
    hint = "docs/filters.md has the language"


class NarwhalsFilter:
    """A filter string, checked.

    Examples:
        >>> NarwhalsFilter.model_validate("height > 100").source
        'height > 100'
    """

    __slots__ = ("expression", "source")

    def __init__(self, source: str) -> None:
        try:
            self.expression = _core.parse_filter(source)
        except ValueError as error:
            raise _refused(source, str(error)) from None
        except TypeError:
            raise _refused(source, "a filter should be a text") from None
        self.source = source

    @classmethod
    def model_validate(cls, value: Any) -> NarwhalsFilter:
        """A filter from its text, or from `{"source": text}`. Raises: FilterParseError."""
        return value if isinstance(value, cls) else cls(value["source"] if isinstance(value, dict) else value)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            cls.model_validate,
            serialization=core_schema.plain_serializer_function_ser_schema(lambda value: value.source),
        )

    def to_expr(self) -> nw.Expr:
        """Raises: FilterParseError for what Narwhals cannot say."""
        return _expr(self.expression)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NarwhalsFilter) and self.source == other.source

    def __hash__(self) -> int:
        return hash(self.source)

    def __repr__(self) -> str:
        return f"NarwhalsFilter(source={self.source!r})"


def _refused(source: Any, message: str) -> Exception:
    """FilterParseError, or, as in the reference, pydantic's error for what is no filter at all."""
    if not _settings.is_compat():
        return FilterParseError(message)
    if any(words in message for words in ("not a statement", "there is no function", "a filter is one expression")):
        return FilterParseError(f"Unsupported expression: {message}")
    from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

    empty = isinstance(source, str) and not source.strip()
    text = "Filter string cannot be empty" if empty else f"Failed to parse filter string: {message}"
    error = PydanticCustomError("value_error", "{text}", {"text": text})
    return ValidationError.from_exception_data("NarwhalsFilter", [InitErrorDetails(type=error, input=source)])


def parse_filter_string(filter_string: str) -> nw.Expr:
    """A filter string as a Narwhals expression.

    Raises:
        FilterParseError: it cannot be read, or Narwhals has no words for it.
    """
    return NarwhalsFilter(filter_string).to_expr()


def expressions_of(filters: tuple[str, ...] | None) -> tuple[nw.Expr, ...]:
    """A dependency's filters, parsed; none without filters."""
    return tuple(parse_filter_string(text) for text in filters or ())


_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "%": lambda a, b: a % b,
}
_UNARY: dict[str, Callable[[Any], Any]] = {
    "not": lambda a: ~a,
    "negate": lambda a: 0 - a,
    "is_null": lambda a: a.is_null(),
    "is_not_null": lambda a: ~a.is_null(),
    "is_true": lambda a: a == _lit(True),
    "is_not_true": lambda a: ~(a == _lit(True)),
    "is_false": lambda a: a == _lit(False),
    "is_not_false": lambda a: ~(a == _lit(False)),
}


def _lit(value: Any) -> nw.Expr:
    import narwhals as nw

    return nw.lit(value)


def _is_null_literal(tree: tuple[Any, ...]) -> bool:
    return tree == ("literal", None)


def _expr(tree: tuple[Any, ...]) -> nw.Expr:
    import narwhals as nw

    kind, *args = tree
    if kind == "column":
        return nw.col(args[0])
    if kind == "literal":
        return nw.lit(args[0])
    if kind == "typed":
        return _typed_literal(*args)
    if kind == "member":
        return _member(tree)
    if kind in _NOT_IN_REFERENCE and _settings.is_compat():
        raise FilterParseError(f"Unsupported expression in a filter: `{kind}`")
    if kind in ("==", "!=") and any(map(_is_null_literal, args)):
        other = args[0] if _is_null_literal(args[1]) else args[1]
        is_null = _expr(other).is_null()
        return is_null if kind == "==" else ~is_null
    if kind in _BINARY:
        return _BINARY[kind](_expr(args[0]), _expr(args[1]))
    if kind in _UNARY:
        return _UNARY[kind](_expr(args[0]))
    if kind in ("in", "not_in"):
        found = _expr(args[0]).is_in([_constant(item) for item in args[1]])
        return ~found if kind == "not_in" else found
    if kind in ("between", "not_between"):
        inside = (_expr(args[0]) >= _expr(args[1])) & (_expr(args[0]) <= _expr(args[2]))
        return ~inside if kind == "not_between" else inside
    raise FilterParseError(f"Unsupported expression in a filter: Narwhals has no words for `{kind}`")


_NOT_IN_REFERENCE = {"+", "-", "*", "/", "%", "negate", "between", "not_between"}


def _member(tree: tuple[Any, ...]) -> nw.Expr:
    """A member of a struct; in the compatibility mode the column whose name has the dot."""
    import narwhals as nw

    path: list[str] = []
    while tree[0] == "member":
        path.insert(0, tree[2])
        tree = tree[1]
    if _settings.is_compat() and tree[0] == "column":
        return nw.col(".".join([tree[1], *path]))
    out = _expr(tree)
    for name in path:
        out = out.struct.field(name)
    return out


def _constant(tree: tuple[Any, ...]) -> Any:
    if tree[0] == "negate":
        return -_constant(tree[1])
    if tree[0] != "literal":
        raise FilterParseError("the items of IN must be constants")
    return tree[1]


def _typed_literal(type_name: str, text: str) -> nw.Expr:
    from datetime import date
    from decimal import Decimal

    import narwhals as nw

    if type_name == "decimal":
        return nw.lit(float(Decimal(text)))
    if _settings.is_compat():
        raise FilterParseError(f"Unsupported operand in a filter: {type_name} {text!r}; write it as a text")
    if type_name == "date":
        return nw.lit(date.fromisoformat(text))
    if type_name in ("timestamp", "timestamptz"):
        return nw.lit(read_time(text))
    raise FilterParseError(f"Narwhals has no words for the constant {text!r}")
