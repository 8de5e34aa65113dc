# SPDX-License-Identifier: Apache-2.0
"""Narwhals expressions mean in a store what they mean in Polars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import narwhals as nw
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import metaxy as mx
from metaxy.ext.duckdb import DuckDBMetadataStore
from metaxy.filters import filter_text
from metaxy.models.filter_expression import parse_filter_string
from metaxy.utils import collect_to_polars

MOMENT = dt.datetime(2026, 1, 31, 12, 30)
ROWS = pl.DataFrame(
    {
        "id": [str(number) for number in range(8)],
        "i": [0, 1, -1, 7, None, 5, -8, 3],
        "f": [0.5, -1.0, None, 7.25, 2.0, 0.0, -0.5, 3.0],
        "t": ["a", "ab", "", None, "B", "x'y", "a%b", "ü"],
        "b": [True, False, None, True, False, None, True, False],
        "d": [dt.date(2026, 1, day) if day % 3 else None for day in range(1, 9)],
        "n": [MOMENT + dt.timedelta(hours=hour) if hour != 4 else None for hour in range(8)],
        "z": [(MOMENT + dt.timedelta(hours=hour)).replace(tzinfo=dt.timezone.utc) for hour in range(8)],
        "metaxy_provenance_by_field": [{"default": "1"}] * 8,
    }
)


@pytest.fixture(scope="module")
def store() -> Iterator[DuckDBMetadataStore]:
    with mx.FeatureGraph().use() as graph:
        spec = {"key": "rows", "id_columns": ["id"]}
        graph.add_feature_definition(mx.FeatureDefinition.from_stored_data(spec, {}, None, "tests"))
        made = DuckDBMetadataStore(":memory:")
        with made.open("w"):
            made.write("rows", ROWS)
            yield made


def kept(store: DuckDBMetadataStore, filters: Any) -> list[str]:
    with mx.FeatureGraph().use() as graph:
        spec = {"key": "rows", "id_columns": ["id"]}
        graph.add_feature_definition(mx.FeatureDefinition.from_stored_data(spec, {}, None, "tests"))
        return sorted(collect_to_polars(store.read("rows", filters=filters, columns=["id"]))["id"].to_list())


def kept_by_polars(expression: nw.Expr) -> list[str]:
    return sorted(nw.from_native(ROWS).filter(expression & (nw.col("id") == nw.col("id")))["id"].to_list())


def numbers() -> st.SearchStrategy[nw.Expr]:
    leaf = st.sampled_from([nw.col("i"), nw.col("f")]) | st.integers(-9, 9).map(nw.lit)
    steps = st.sampled_from(["+", "-", "*", "%3", "abs"])

    def grown(inner: st.SearchStrategy[nw.Expr]) -> st.SearchStrategy[nw.Expr]:
        def make(operation: str, a: nw.Expr, b: nw.Expr) -> nw.Expr:
            made = {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "%3": lambda: nw.col("i") % 3}
            return made.get(operation, lambda: a.abs())()

        return st.builds(make, steps, inner, inner)

    return st.recursive(leaf, grown, max_leaves=4)


TEXTS = st.sampled_from(["a", "ab", "", "B", "x'y", "%", "_", "ü", '"'])


# No list is empty: of NULL in no values Polars says NULL from 2.1 on, as SQL does, and false before.
def conditions() -> st.SearchStrategy[nw.Expr]:
    text = nw.col("t")
    return st.one_of(
        st.builds(lambda a, b: a < b, numbers(), numbers()),
        st.builds(lambda a, b: a >= b, numbers(), numbers()),
        st.builds(lambda a, b: a == b, numbers(), numbers()),
        st.builds(lambda a, b: a != b, numbers(), numbers()),
        st.lists(st.integers(-9, 9), min_size=1, max_size=4).map(lambda items: nw.col("i").is_in(items)),
        st.lists(TEXTS, min_size=1, max_size=4).map(lambda items: text.is_in(items)),
        st.builds(
            lambda low, high, closed: nw.col("f").is_between(low, high, closed=closed),
            st.floats(-9, 9),
            st.floats(-9, 9),
            st.sampled_from(["both", "left", "right", "none"]),
        ),
        TEXTS.map(lambda value: text == value),
        TEXTS.map(lambda value: text > value),
        TEXTS.map(text.str.starts_with),
        TEXTS.map(text.str.ends_with),
        TEXTS.map(lambda value: text.str.contains(value, literal=True)),
        TEXTS.map(lambda value: text.str.to_uppercase() == value),
        st.integers(0, 3).map(lambda length: text.str.len_chars() == length),
        st.sampled_from([nw.col(name).is_null() for name in ROWS.columns[1:-1]]),
        st.sampled_from([nw.col("b"), ~nw.col("b"), nw.col("b").fill_null(True), nw.lit(True), nw.lit(False)]),
        st.integers(1, 8).map(lambda day: nw.col("d") <= dt.date(2026, 1, day)),
        st.integers(1, 8).map(lambda day: nw.col("d").dt.day() == day),
        st.integers(0, 8).map(lambda hour: nw.col("n") > MOMENT + dt.timedelta(hours=hour)),
        st.integers(0, 8).map(
            lambda hour: nw.col("z") < (MOMENT + dt.timedelta(hours=hour)).replace(tzinfo=dt.timezone.utc)
        ),
        st.integers(-9, 9).map(lambda value: nw.col("f").cast(nw.Int64) == value),
        st.integers(-9, 9).map(lambda value: nw.col("i").cast(nw.String) == str(value)),
    )


def expressions() -> st.SearchStrategy[nw.Expr]:
    def grown(inner: st.SearchStrategy[nw.Expr]) -> st.SearchStrategy[nw.Expr]:
        return st.one_of(
            st.builds(lambda a, b: a & b, inner, inner),
            st.builds(lambda a, b: a | b, inner, inner),
            inner.map(lambda a: ~a),
            st.builds(lambda a, b: nw.all_horizontal(a, b, ignore_nulls=False), inner, inner),
        )

    return st.recursive(conditions(), grown, max_leaves=5)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(expression=expressions())
def test_expressions_keep_the_rows_that_polars_keeps(store: DuckDBMetadataStore, expression: nw.Expr) -> None:
    assert kept(store, expression) == kept_by_polars(expression), filter_text(expression)


@pytest.mark.parametrize(
    "text",
    [
        "i > 1 AND t = 'a'",
        "i IN (0, 1, -1) OR f IS NULL",
        "NOT (b = TRUE) AND t <> ''",
        "i NOT IN (1) AND d >= DATE '2026-01-02'",
        "f BETWEEN 0 AND 3.5",
        "n < TIMESTAMP '2026-01-31 15:00:00'",
        "z >= TIMESTAMPTZ '2026-01-31 15:00:00+00:00'",
        "z >= TIMESTAMPTZ '2026-01-31 15:00:00.5+01'",
        "b IS TRUE",
        "i = NULL OR t IS NOT NULL",
    ],
)
def test_strings_mean_what_their_expressions_mean(store: DuckDBMetadataStore, text: str) -> None:
    expression = parse_filter_string(text)
    if "NULL" not in text:
        assert kept(store, text) == kept_by_polars(expression)
    assert kept(store, [text, expression]) == kept_by_polars(expression) or "NULL" in text


@pytest.mark.parametrize("text", ["", "i >", "i = 1; t = 'a'", "SELECT 1", "t LIKE 'a%'"])
def test_what_narwhals_cannot_say_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_filter_string(text)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (nw.col("t").str.contains("a.*"), "regular expression"),
        (nw.col("i").mean() > 1, "mean"),
        (nw.col("i", "f") > 1, "several columns"),
        (nw.col("i").cast(nw.List(nw.Int64)) == 1, "List"),
        (5, "int"),
    ],
)
def test_what_has_no_translation_is_refused_by_name(expression: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words) as raised:
        filter_text(expression)
    assert raised.value.hint  # type: ignore[attr-defined]
