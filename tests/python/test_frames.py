# SPDX-License-Identifier: Apache-2.0
"""Frames of every kind with columns of every type go into a store and come out the same."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import metaxy as mx
from metaxy.ext.duckdb import DuckDBMetadataStore
from metaxy.utils import collect_to_arrow

ROWS = mx.FeatureDefinition.from_stored_data({"key": "rows", "id_columns": ["id"]}, {}, None, "tests")
VERSIONS = pa.struct([("default", pa.string())])


def integers(bits: int, *, signed: bool) -> st.SearchStrategy[int]:
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else st.integers(0, 2**bits - 1)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
MOMENTS = st.datetimes(dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30))
DAYS = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))
MEMBERS = st.fixed_dictionaries({"a": st.none() | integers(64, signed=True), "b": st.none() | TEXT})
STRUCT = pa.struct([("a", pa.int64()), ("b", pa.string())])

TYPES: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "text": (pa.string(), TEXT),
    "large text": (pa.large_string(), TEXT),
    "int8": (pa.int8(), integers(8, signed=True)),
    "int16": (pa.int16(), integers(16, signed=True)),
    "int32": (pa.int32(), integers(32, signed=True)),
    "int64": (pa.int64(), integers(64, signed=True)),
    "uint8": (pa.uint8(), integers(8, signed=False)),
    "uint16": (pa.uint16(), integers(16, signed=False)),
    "uint32": (pa.uint32(), integers(32, signed=False)),
    "uint64": (pa.uint64(), integers(64, signed=False)),
    "float32": (pa.float32(), st.floats(width=32)),
    "float64": (pa.float64(), st.floats()),
    "decimal": (pa.decimal128(12, 3), st.integers(-(10**12) + 1, 10**12 - 1).map(lambda it: Decimal(it).scaleb(-3))),
    "bool": (pa.bool_(), st.booleans()),
    "date": (pa.date32(), DAYS),
    "time": (pa.time64("us"), st.times()),
    "timestamp": (pa.timestamp("us"), MOMENTS),
    "zoned": (pa.timestamp("us", "UTC"), MOMENTS.map(lambda it: it.replace(tzinfo=dt.timezone.utc))),
    "binary": (pa.binary(), st.binary(max_size=8)),
    "list": (pa.list_(pa.int64()), st.lists(st.none() | integers(64, signed=True), max_size=3)),
    "struct": (STRUCT, MEMBERS),
    "nested": (pa.list_(STRUCT), st.lists(st.none() | MEMBERS, max_size=3)),
    "lists": (pa.list_(pa.list_(pa.string())), st.lists(st.none() | st.lists(TEXT, max_size=2), max_size=2)),
    "null": (pa.null(), st.none()),
    "dictionary": (pa.dictionary(pa.int32(), pa.string()), TEXT),
}

FRAMES: dict[str, Callable[[pa.Table], Any]] = {
    "polars": pl.from_arrow,
    "polars lazy": lambda table: pl.DataFrame(table).lazy(),
    "pandas": lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
    "table": lambda table: table,
    "reader": lambda table: table.to_reader(),
    "relation": duckdb.from_arrow,
    "batches": lambda table: iter(table.to_batches(max_chunksize=2)),
    "frames": lambda table: (pl.DataFrame(table[at : at + 1]) for at in range(table.num_rows)),
    "narwhals": lambda table: nw.from_native(table),
}


@st.composite
def tables(draw: st.DrawFn, names: list[str]) -> pa.Table:
    rows = draw(st.integers(1, 4))
    columns: dict[str, pa.Array] = {"id": pa.array([f"s{number}" for number in range(rows)])}
    for name in names:
        kind, values = TYPES[name]
        drawn = draw(st.lists(st.none() | values, min_size=rows, max_size=rows))
        if pa.types.is_dictionary(kind):
            columns[name] = pa.array(drawn, kind.value_type).dictionary_encode()
        else:
            columns[name] = pa.array(drawn, kind)
    columns["metaxy_provenance_by_field"] = pa.array([{"default": "1"}] * rows, VERSIONS)
    return pa.table(columns)


def comparable(value: Any) -> Any:
    """Values that compare as data: not-a-number is itself, moments are in one zone."""
    if isinstance(value, float) and math.isnan(value):
        return "nan"
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(dt.timezone.utc)
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if isinstance(value, dict):
        return {name: comparable(item) for name, item in value.items()}
    return value


def values(table: pa.Table, name: str) -> list[Any]:
    return [comparable(value) for value in table.column(name).to_pylist()]


def check_round_trip(frame: Any, expected: pa.Table) -> None:
    with mx.FeatureGraph().use() as graph, DuckDBMetadataStore(":memory:").open("w") as store:
        graph.add_feature_definition(ROWS)
        store.write("rows", frame)
        found = collect_to_arrow(store.read("rows").sort("id"))
        increment = store.resolve_update("rows", samples=expected)
    for name in expected.column_names:
        assert values(found, name) == values(expected, name), name
    assert [part.shape[0] for part in increment] == [0, 0, 0]


FEW = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("name", TYPES)
def test_values_of_a_type_come_back_from_every_kind_of_frame(name: str) -> None:
    @FEW
    @given(tables([name]), st.sampled_from(list(FRAMES)))
    def check(table: pa.Table, kind: str) -> None:
        check_round_trip(FRAMES[kind](table), table)

    check()


@pytest.mark.parametrize("kind", FRAMES)
def test_frames_of_a_kind_carry_every_type(kind: str) -> None:
    @FEW
    @given(tables(list(TYPES)))
    def check(table: pa.Table) -> None:
        check_round_trip(FRAMES[kind](table), table)

    check()


def test_categories_come_back_as_text() -> None:
    frame = pl.DataFrame(
        {
            "id": ["s0", "s1", "s2"],
            "category": pl.Series(["x", None, "y"], dtype=pl.Categorical),
            "enumeration": pl.Series(["b", "a", None], dtype=pl.Enum(["a", "b"])),
            "metaxy_provenance_by_field": [{"default": "1"}] * 3,
        }
    )
    check_round_trip(frame, frame.to_arrow())
    as_pandas = pd.DataFrame({"id": ["s0", "s1"], "category": pd.Categorical(["x", None])})
    as_pandas["metaxy_provenance_by_field"] = [{"default": "1"}] * 2
    check_round_trip(as_pandas, pa.table(as_pandas))


def test_zones_are_kept_as_moments() -> None:
    moment = dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30)))
    frame = pl.DataFrame({"id": ["s0"], "at": [moment], "metaxy_provenance_by_field": [{"default": "1"}]})
    shifted = frame.with_columns(pl.col("at").dt.convert_time_zone("Asia/Kolkata"))
    check_round_trip(shifted, frame.to_arrow())


def test_a_generator_is_read_as_it_comes() -> None:
    """No more than a few batches are there at a time."""
    alive, most = 0, 0

    class Counted:
        def __init__(self, number: int) -> None:
            nonlocal alive, most
            alive += 1
            most = max(most, alive)
            self.frame = pl.DataFrame(
                {
                    "id": [f"{number}-{at}" for at in range(50)],
                    "text": ["x" * 20_000] * 50,
                    "metaxy_provenance_by_field": [{"default": "1"}] * 50,
                }
            )

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

        def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
            return self.frame.__arrow_c_stream__(requested_schema)

    def batches() -> Iterator[Any]:
        for number in range(40):
            yield Counted(number)

    with mx.FeatureGraph().use() as graph, DuckDBMetadataStore(":memory:").open("w") as store:
        graph.add_feature_definition(ROWS)
        store.write("rows", batches())
        assert store.read("rows", columns=["id"]).collect().shape[0] == 2000
    assert alive == 0 and most <= 3
