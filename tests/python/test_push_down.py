# SPDX-License-Identifier: Apache-2.0
"""Predicates on lazy frames reach the store; increments ask it once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timezone
from typing import Any

import narwhals as nw
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import metaxy as mx
from metaxy._predicates import pushed_filters
from metaxy.ext.duckdb import DuckDBMetadataStore

ROWS = pl.DataFrame(
    {
        "id": ["a", "b", "c", "d"],
        "n": [1, 2, None, -4],
        "x": [0.5, float("nan"), None, 2.0],
        "text": ["it's", None, "", "z"],
        "flag": [True, False, None, True],
        "day": [date(2026, 1, 1), date(2026, 2, 1), None, date(2025, 1, 1)],
        "at": [datetime(2026, 1, 1, 12), None, datetime(2026, 1, 2), datetime(1969, 1, 1, 0, 0, 0, 5)],
        "zoned": pl.Series([datetime(2026, 1, 1, tzinfo=timezone.utc), *[None] * 3], dtype=pl.Datetime("us", "UTC")),
        "small": pl.Series([0.1, None, 0.2, 0.3], dtype=pl.Float32),
        "metaxy_provenance_by_field": [{"default": "1"}] * 4,
    }
)
SCHEMA = ROWS.schema


class Reads:
    """What was asked of the store: conditions, and how many rows came."""

    def __init__(self) -> None:
        self.filters: list[list[str]] = []
        self.rows: list[int] = []

    def spy(self, rows: Callable[..., Any]) -> Callable[..., Any]:
        def read(names: Sequence[str] | None, limit: int | None, filters: Sequence[str]) -> Any:
            frame = pl.DataFrame(rows(names, limit, filters))
            if limit != 0:
                self.filters.append(list(filters))
                self.rows.append(frame.height)
            return frame

        return read


@pytest.fixture
def store() -> Iterator[DuckDBMetadataStore]:
    class Item(mx.BaseFeature, spec=mx.FeatureSpec(key="item", id_columns=["id"])):
        id: str

    out = DuckDBMetadataStore(":memory:")
    with out.open("w"):
        out.write(Item, ROWS)
        yield out


@pytest.fixture
def reads(store: DuckDBMetadataStore, monkeypatch: pytest.MonkeyPatch) -> Reads:
    out = Reads()
    lazy = store._lazy
    monkeypatch.setattr(store, "_lazy", lambda rows: lazy(out.spy(rows)))
    return out


def ids(frame: Any) -> list[str]:
    return sorted(frame.select("id").collect()["id"].to_list())


def test_a_narwhals_filter_on_the_frame_reaches_the_store(store: DuckDBMetadataStore, reads: Reads) -> None:
    assert ids(store.read("item").filter((nw.col("n") > 0) & (nw.col("text") == "it's"))) == ["a"]
    assert reads.filters == [['("n" > 0)', "(\"text\" = 'it''s')"]] and reads.rows == [1]


def test_what_is_not_understood_is_left_to_polars(store: DuckDBMetadataStore, reads: Reads) -> None:
    frame = store.read("item").to_native()
    assert ids(frame.filter((pl.col("n") > 0) & (pl.col("text").str.len_chars() > 1))) == ["a"]
    assert reads.filters == [['("n" > 0)']] and reads.rows == [2]
    assert ids(frame.filter((pl.col("n") > 1) | (pl.col("text").str.len_chars() > 1))) == ["a", "b"]
    assert reads.filters[1:] == [[]] and reads.rows[1:] == [4]


def test_filters_as_arguments_stay(store: DuckDBMetadataStore, reads: Reads) -> None:
    assert ids(store.read("item", filters="n < 2").filter(nw.col("n") > 0)) == ["a"]
    assert reads.rows == [1]


def test_a_condition_that_the_store_refuses_is_left_to_polars(
    store: DuckDBMetadataStore, reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("metaxy._predicates.pushed_filters", lambda *_: ["no_such_column = 1"])
    assert ids(store.read("item").filter(nw.col("n") > 0)) == ["a", "b"]
    assert reads.filters == [[]] and reads.rows == [4]


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        (pl.col("n") == 1, ['("n" = 1)']),
        (pl.lit(1) < pl.col("n"), ['("n" > 1)']),
        (pl.col("n") != -4, ['("n" <> (-4))']),
        (pl.col("flag"), ['("flag" = TRUE)']),
        (~pl.col("flag"), ['(NOT ("flag" = TRUE))']),
        (pl.col("text").is_null() | pl.col("n").is_not_null(), ['(("text" IS NULL) OR ("n" IS NOT NULL))']),
        (pl.col("text").is_in(["a", "b"]), ["(\"text\" IN ('a', 'b'))"]),
        (pl.col("day") <= date(2026, 1, 1), ["(\"day\" <= DATE '2026-01-01')"]),
        (pl.col("at") > datetime(2026, 1, 1), ["(\"at\" > TIMESTAMP '2026-01-01 00:00:00')"]),
        (pl.col("n").is_between(1, 2, closed="left"), ['(("n" >= 1) AND ("n" < 2))']),
        (pl.col("n") == pl.lit(None), []),
        (pl.col("text").is_in(["a", None]), []),
        (pl.col("text").is_in([]), []),
        (pl.col("n").eq_missing(1), []),
        (pl.col("n") + 1 == 2, []),
        (pl.col("n") == pl.col("n"), []),
        (pl.col("n").sum() == 1, []),
        (pl.col("x") > float("nan"), []),
        (pl.col("small") == 0.1, []),
        (pl.col("other") == 1, []),
        (pl.col("text").map_elements(len, pl.Int64) == 1, []),
    ],
)
def test_translations(predicate: pl.Expr, expected: list[str]) -> None:
    assert pushed_filters(predicate, SCHEMA) == expected


def _values(name: str) -> st.SearchStrategy[Any]:
    known = [value for value in ROWS[name].to_list() if value is not None and value == value]
    more: list[Any] = {"n": [0, 2**40], "text": ["it", "zz"], "x": [-1.0, 1e300]}.get(name, [])  # type: ignore[assignment]
    return st.sampled_from([*known, *more])


def _atoms(name: str) -> st.SearchStrategy[pl.Expr]:
    column, value = pl.col(name), _values(name).map(pl.lit)
    operators = ("eq", "ne", "lt", "le", "gt", "ge")
    comparisons: list[st.SearchStrategy[pl.Expr]] = [value.map(getattr(column, operator)) for operator in operators]
    items = st.lists(_values(name), min_size=1, max_size=3).map(column.is_in)
    return st.one_of(*comparisons, items, st.sampled_from([column.is_null(), column.is_not_null()]))


_NAMES = ("id", "n", "x", "text", "flag", "day", "at", "zoned")
_PREDICATES = st.recursive(
    st.one_of(*map(_atoms, _NAMES)),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda it: it[0] & it[1]),
        st.tuples(inner, inner).map(lambda it: it[0] | it[1]),
        inner.map(lambda it: ~it),
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[mx.FeatureGraph, DuckDBMetadataStore]]:
    with mx.FeatureGraph().use() as graph:

        class Item(mx.BaseFeature, spec=mx.FeatureSpec(key="item", id_columns=["id"])):
            id: str

        store = DuckDBMetadataStore(":memory:")
        with store.open("w"):
            store.write(Item, ROWS)
            yield graph, store


@settings(max_examples=150, deadline=None)
@given(predicate=_PREDICATES)
def test_what_is_passed_on_drops_no_row(
    shared: tuple[mx.FeatureGraph, DuckDBMetadataStore], predicate: pl.Expr
) -> None:
    graph, store = shared
    with graph.use():
        native = store.read("item").to_native()
        passed = pushed_filters(predicate, native.collect_schema())
        assert ids(native.filter(predicate)) == sorted(ROWS.filter(predicate)["id"])
        assert set(ROWS.filter(predicate)["id"]) <= set(store.read("item", filters=passed).collect()["id"])


class Counted:
    """A session that counts how often an increment is asked for."""

    def __init__(self, session: Any, calls: list[list[str]]) -> None:
        self._session, self._calls = session, calls

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def resolve(self, **options: Any) -> Any:
        self._calls.append(options["only"])
        return self._session.resolve(**options)


def test_collecting_an_increment_asks_once(store: DuckDBMetadataStore, monkeypatch: pytest.MonkeyPatch) -> None:
    class Child(mx.BaseFeature, spec=mx.FeatureSpec(key="child", id_columns=["id"], deps=["item"])):
        id: str

    calls: list[list[str]] = []
    prepared = store._prepared
    monkeypatch.setattr(store, "_prepared", lambda *args, **kwargs: Counted(prepared(*args, **kwargs), calls))
    lazy = store.resolve_update(Child, lazy=True)
    assert calls == []
    increment = lazy.collect()
    assert calls == [[]] and sorted(increment.new["id"]) == ["a", "b", "c", "d"] and len(increment.stale) == 0
    eager = store.resolve_update(Child)
    assert increment.new.columns == eager.new.columns and increment.orphaned.columns == eager.orphaned.columns
    calls.clear()
    polars = lazy.to_polars().collect()
    assert calls == [[]] and polars.new.height == 4 and isinstance(polars.stale, pl.DataFrame)
    calls.clear()
    lazy.new = lazy.new.filter(nw.col("id") == "a")
    assert lazy.collect().new["id"].to_list() == ["a"] and lazy.to_polars().collect().new.height == 1
    assert ["new"] in calls
