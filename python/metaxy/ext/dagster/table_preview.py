# SPDX-License-Identifier: Apache-2.0
"""Some rows of a feature, for people to look at."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import dagster as dg
import narwhals as nw

from metaxy.models.constants import METAXY_CREATED_AT
from metaxy.utils.dataframes import collect_to_polars


def build_table_preview_metadata(lazy_df: Any, schema: dg.TableSchema, *, n_rows: int = 5) -> dg.TableMetadataValue:
    """The last rows of a frame; of one that has no order, those written last. Cells that Dagster cannot show become
    texts: structs and lists as JSON (long lists by their first and last item), times as Polars writes them."""
    frame = nw.from_native(lazy_df)
    try:
        rows = collect_to_polars(frame.tail(n_rows))
    except (AttributeError, NotImplementedError, TypeError):
        rows = collect_to_polars(frame.sort(METAXY_CREATED_AT, descending=True).head(n_rows)).reverse()
    return table_of(rows, schema)


def table_of(rows: Any, schema: dg.TableSchema) -> dg.TableMetadataValue:
    """All rows of a Polars frame as a table of Dagster."""
    cells = [[_cell(value) for value in _shown(column)] for column in rows.iter_columns()]
    records = [dg.TableRecord(dict(zip(rows.columns, row, strict=True))) for row in zip(*cells, strict=True)]
    return dg.MetadataValue.table(records=records, schema=schema)


def _shown(column: Any) -> list[Any]:
    import polars as pl

    is_text = column.dtype.is_temporal() and column.dtype != pl.Duration
    return (column.cast(pl.String) if is_text else column).to_list()


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, list):
        return _map_text(value) if _is_map(value) else _list_text(value)
    return _json(value) if isinstance(value, dict) else _text(value)


def _is_map(value: list[Any]) -> bool:
    return bool(value) and all(isinstance(item, dict) and list(item) == ["key", "value"] for item in value)


def _map_text(items: list[Any]) -> str:
    return json.dumps({str(item["key"]): item["value"] for item in items}, ensure_ascii=False, default=_text)


def _list_text(items: list[Any]) -> str:
    if len(items) <= 2:
        return _json(items)
    return f"[{_json(items[0])},..,{_json(items[-1])}]"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_text)


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.hex()
    return format(value, "f") if isinstance(value, Decimal) else str(value)
