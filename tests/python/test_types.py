# SPDX-License-Identifier: Apache-2.0
"""What every store makes of values of every type: docs/types.md is what was found, METAXY_ACCEPT=1 writes it anew."""

from __future__ import annotations

import datetime as dt
import math
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import every_store
import pyarrow as pa
import pytest

import metaxy as mx

# Read before the fixture takes such variables away.
ACCEPTS = bool(os.environ.get("METAXY_ACCEPT"))
PAGE = Path(__file__).parent.parent.parent / "docs" / "types.md"
NAMES = {
    "duckdb": "DuckDB",
    "postgresql": "PostgreSQL",
    "clickhouse": "ClickHouse",
    "sqlite": "SQLite",
    "adbc": "ADBC (SQLite)",
    "delta": "Delta",
    "iceberg": "Iceberg",
    "lancedb": "LanceDB",
}
UTC = dt.timezone.utc
STRUCT = pa.struct([("a", pa.int64()), ("b", pa.string())])

CASES: dict[str, tuple[pa.DataType, list[Any]]] = {
    "text": (pa.string(), ["x", "", "ü'\"\n"]),
    "8-bit integer": (pa.int8(), [-128, 127]),
    "16-bit integer": (pa.int16(), [-(2**15), 2**15 - 1]),
    "32-bit integer": (pa.int32(), [-(2**31), 2**31 - 1]),
    "64-bit integer": (pa.int64(), [-(2**63), 2**63 - 1]),
    "unsigned, 8 bits": (pa.uint8(), [0, 255]),
    "unsigned, 16 bits": (pa.uint16(), [0, 2**16 - 1]),
    "unsigned, 32 bits": (pa.uint32(), [0, 2**32 - 1]),
    "unsigned, 64 bits": (pa.uint64(), [0, 2**63 - 1]),
    "unsigned, 2⁶³ and more": (pa.uint64(), [2**63, 2**64 - 1]),
    "float": (pa.float32(), [0.5, -1.25]),
    "double": (pa.float64(), [0.1, -1e300]),
    "infinities and NaN": (pa.float64(), [math.inf, -math.inf, math.nan]),
    "decimal, 12 digits": (pa.decimal128(12, 3), [Decimal("123456789.012"), Decimal("-0.001")]),
    "decimal, 38 digits": (pa.decimal128(38, 10), [Decimal(f"{'9' * 28}.{'9' * 10}")]),
    "boolean": (pa.bool_(), [True, False]),
    "date": (pa.date32(), [dt.date(2026, 1, 31), dt.date(1969, 12, 31)]),
    "date, years 1 and 9999": (pa.date32(), [dt.date(1, 1, 1), dt.date(9999, 12, 31)]),
    "time": (pa.time64("us"), [dt.time(23, 59, 59, 999999), dt.time(0)]),
    "timestamp": (pa.timestamp("us"), [dt.datetime(2026, 1, 31, 12, 0, 0, 5), dt.datetime(1969, 12, 31)]),
    "timestamp, year 1": (pa.timestamp("us"), [dt.datetime(1, 1, 2)]),
    "timestamp with zone": (pa.timestamp("us", "UTC"), [dt.datetime(2026, 1, 31, 12, tzinfo=UTC)]),
    "timestamp in nanoseconds": (pa.timestamp("ns"), [1_700_000_000_000_000_001]),
    "nanoseconds, whole microseconds": (pa.timestamp("ns"), [1_700_000_000_000_001_000]),
    "duration": (pa.duration("us"), [dt.timedelta(days=-1, microseconds=1)]),
    "binary": (pa.binary(), [b"\x00\xff", b""]),
    "list": (pa.list_(pa.int64()), [[1, None], []]),
    "struct": (STRUCT, [{"a": 1, "b": None}, {"a": None, "b": "x"}]),
    "struct that is null": (STRUCT, [{"a": 1, "b": "x"}]),
    "map": (pa.map_(pa.string(), pa.int64()), [[("k", 1), ("l", None)], []]),
    "list of structs": (pa.list_(STRUCT), [[{"a": 1, "b": "x"}], []]),
    "nothing but nulls": (pa.null(), []),
}


def plain(kind: pa.DataType) -> pa.DataType:
    """The type without differences of layout."""
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind):
        return pa.binary()
    if pa.types.is_map(kind):
        return pa.map_(plain(kind.key_type), plain(kind.item_type))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.list_(plain(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([(field.name, plain(field.type)) for field in kind])
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return pa.timestamp(kind.unit, "UTC")
    return kind


def shown(value: Any) -> str:
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    return "null" if value is None else str(value)


def texts(column: pa.ChunkedArray) -> list[str]:
    return [shown(value) for value in column.to_pylist()]


def outcome(store: mx.MetadataStore, name: str) -> str:
    """What comes back of the values of a case and a null, in words."""
    kind, values = CASES[name]
    given = values if name == "struct" else [*values, None]
    key = mx.FeatureKey(["types", f"case_{list(CASES).index(name)}"])
    definition = mx.FeatureDefinition.from_stored_data({"key": str(key), "id_columns": ["id"]}, {}, None, "tests")
    mx.FeatureGraph.get_active().add_feature_definition(definition)
    table = pa.table(
        {
            "id": [f"{position:02}" for position in range(len(given))],
            "value": pa.array(given, kind),
            "metaxy_provenance_by_field": pa.array([{"default": "1"}] * len(given)),
        }
    )
    try:
        store.write(key, table)
    except Exception as error:
        left = store._session("w").scan(key.table_name)
        assert left is None, "what is refused leaves nothing"
        assert hasattr(error, "code") and "column" in str(error) and "value" in str(error), error
        return "refused"
    rows = store._session("w").scan(key.table_name)
    assert rows is not None
    found = pa.RecordBatchReader.from_stream(rows).read_all().sort_by("id")
    return compared(found["value"], table["value"])


def compared(found: pa.ChunkedArray, given: pa.ChunkedArray) -> str:
    before, after = texts(given), texts(found)
    lost = [f"{was} → {now}" for was, now in zip(before, after, strict=True) if was != now]
    kind = "" if plain(found.type) == plain(given.type) else f"as {plain(found.type)}"
    if not lost:
        return kind or "✓"
    return ", ".join(filter(None, [kind, "; ".join(lost)]))


def row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


@pytest.fixture(scope="module")
def page() -> Iterator[dict[str, list[str]]]:
    """The table's cells by store; what was found is written when the page is to be made anew."""
    found: dict[str, list[str]] = {}
    yield found
    if ACCEPTS:
        kinds = [kind for kind in NAMES if kind in found]
        lines = [row(["type", *(NAMES[kind] for kind in kinds)]), row(["---"] * (len(kinds) + 1))]
        lines += [row([name, *(found[kind][at] for kind in kinds)]) for at, name in enumerate(CASES)]
        head, _, _ = PAGE.read_text(encoding="utf-8").partition("| type |")
        PAGE.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("kind", NAMES)
def test_the_page_says_what_becomes_of_values(kind: str, tmp_path: Path, page: dict[str, list[str]]) -> None:
    with every_store.make_store(kind, tmp_path).open("w") as store:
        page[kind] = [outcome(store, name) for name in CASES]
    if ACCEPTS:
        return
    lines = [line.strip("| ").split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    column = lines[0].index(NAMES[kind])
    assert {line[0]: line[column] for line in lines[2:]} == dict(zip(CASES, page[kind], strict=True))
