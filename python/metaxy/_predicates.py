# SPDX-License-Identifier: Apache-2.0
"""Predicates that Polars hands to a source of rows, as conditions for the store.

Polars evaluates every predicate itself as well: what is passed on only saves rows from being read, so whatever is not
surely understood is left out, and what is passed on keeps every row that Polars would keep.
"""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

from metaxy.filters import _constant, _quoted

if TYPE_CHECKING:
    import polars as pl

__all__ = ["pushed_filters"]

_COMPARISONS = {"Eq": "=", "NotEq": "<>", "Lt": "<", "LtEq": "<=", "Gt": ">", "GtEq": ">="}
_FLIPPED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_CONNECTIVES = {"And": "AND", "LogicalAnd": "AND", "Or": "OR", "LogicalOr": "OR"}
_BOUNDS = {"Both": (">=", "<="), "Left": (">=", "<"), "Right": (">", "<="), "None": (">", "<")}
_MOST_ITEMS = 1000


def pushed_filters(predicate: pl.Expr, schema: pl.Schema) -> list[str]:
    """Conditions, joined by AND, that every row which meets the predicate meets.

    Example:
        >>> import polars as pl
        >>> predicate = (pl.col("id") == "a") & (pl.col("id").str.len_chars() == 1)
        >>> pushed_filters(predicate, pl.Schema({"id": pl.String}))
        ['("id" = \\'a\\')']
    """
    try:
        tree = json.loads(predicate.meta.serialize(format="json"))
    except Exception:  # expressions with Python functions have no such form
        return []
    translation = _Translation(schema)
    return [text for part in _conjuncts(tree) if (text := translation.condition(part)) is not None]


def _conjuncts(node: Any) -> list[Any]:
    binary = _only(node, "BinaryExpr")
    if isinstance(binary, dict) and _CONNECTIVES.get(str(binary.get("op"))) == "AND":
        return [*_conjuncts(binary.get("left")), *_conjuncts(binary.get("right"))]
    return [node]


def _only(node: Any, name: str) -> Any:
    """What the node holds when it is of that kind."""
    return node[name] if isinstance(node, dict) and list(node) == [name] else None


class _Translation:
    """Gives None for what has no sure translation. Literals are evaluated by Polars: their form is no matter."""

    def __init__(self, schema: pl.Schema) -> None:
        self.schema = schema

    def condition(self, node: Any) -> str | None:
        if (name := self._column(node)) is not None:
            return f"({_quoted(name)} = TRUE)" if str(self.schema[name]) == "Boolean" else None
        binary = _only(node, "BinaryExpr")
        if isinstance(binary, dict) and set(binary) == {"left", "op", "right"}:
            return self._binary(binary["left"], str(binary["op"]), binary["right"])
        function = _only(node, "Function")
        if isinstance(function, dict) and {"input", "function"} <= set(function):
            return self._function(_only(function["function"], "Boolean"), function["input"])
        return None

    def _binary(self, left: Any, op: str, right: Any) -> str | None:
        if op in _CONNECTIVES:
            first, second = self.condition(left), self.condition(right)
            return None if first is None or second is None else f"({first} {_CONNECTIVES[op]} {second})"
        if op not in _COMPARISONS:
            return None
        if self._column(left) is not None:
            return self._compared(left, _COMPARISONS[op], right)
        return self._compared(right, _FLIPPED[_COMPARISONS[op]], left)

    def _function(self, kind: Any, inputs: list[Any]) -> str | None:
        if kind == "Not":
            inner = self.condition(inputs[0])
            return None if inner is None else f"(NOT {inner})"
        name = self._column(inputs[0])
        if name is None:
            return None
        if kind in ("IsNull", "IsNotNull"):
            return f"({_quoted(name)} IS {'NOT ' if kind == 'IsNotNull' else ''}NULL)"
        if _only(kind, "IsIn") == {"nulls_equal": False} and len(inputs) == 2:
            return self._is_in(name, inputs[1])
        between = _only(kind, "IsBetween")
        if isinstance(between, dict) and between.get("closed") in _BOUNDS and len(inputs) == 3:
            above, below = _BOUNDS[between["closed"]]
            low, high = self._compared(inputs[0], above, inputs[1]), self._compared(inputs[0], below, inputs[2])
            return None if low is None or high is None else f"({low} AND {high})"
        return None

    def _column(self, node: Any) -> str | None:
        """The name of a column whose values mean the same to Polars and to stores."""
        import polars as pl

        name = _only(node, "Column")
        dtype = self.schema.get(name) if isinstance(name, str) else None
        if dtype is None:
            return None
        is_known = dtype.is_integer() or dtype in (pl.String, pl.Boolean, pl.Date, pl.Float64)
        return name if is_known or _is_microseconds(dtype) else None

    def _compared(self, column: Any, operator: str, literal: Any) -> str | None:
        name, values = self._column(column), self._literal(literal)
        if name is None or values is None or len(values) != 1:
            return None
        texts = self._constants(name, values)
        return None if texts is None else f"({_quoted(name)} {operator} {texts[0]})"

    def _is_in(self, name: str, literal: Any) -> str | None:
        import polars as pl

        values = self._literal(literal)
        if values is not None and isinstance(values.dtype, pl.List):
            values = values.explode() if len(values) == 1 and values.list.len().item() else None
        texts = None if values is None or len(values) > _MOST_ITEMS else self._constants(name, values)
        return f"({_quoted(name)} IN ({', '.join(texts)}))" if texts else None

    def _constants(self, name: str, values: pl.Series) -> list[str] | None:
        dtype = self.schema[name]
        is_same = values.dtype == dtype or (values.dtype.is_integer() and dtype.is_integer())
        if not is_same or values.null_count() or (dtype.is_float() and values.is_nan().any()):
            return None
        return [_constant(value) for value in values.to_list()]

    def _literal(self, node: Any) -> pl.Series | None:
        import polars as pl

        if _only(node, "Literal") is None:
            return None
        try:
            return pl.select(pl.Expr.deserialize(BytesIO(json.dumps(node).encode()), format="json")).to_series()
        except Exception:  # forms of other versions
            return None


def _is_microseconds(dtype: Any) -> bool:
    import polars as pl

    return isinstance(dtype, pl.Datetime) and dtype.time_unit == "us"
