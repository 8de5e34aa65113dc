# SPDX-License-Identifier: Apache-2.0
"""The base of stores in SQL databases."""

from __future__ import annotations

import sys
from typing import Any

import ibis.expr.datatypes as dt
import polars as pl
import pytest
from every_store import postgresql_uri

import metaxy as mx
from metaxy._warnings import MovedMetadataStoreWarning
from metaxy.ext.duckdb import DuckDBMetadataStore
from metaxy.ext.ibis import IbisMetadataStore
from metaxy.ext.postgresql import PostgreSQLMetadataStore
from metaxy.metadata_store import MetadataStoreError


@pytest.mark.parametrize("kind", ["duckdb", "duckdb file", "postgresql"])
def test_stores_are_told_by_their_uri(kind: str, tmp_path: Any) -> None:
    settings: dict[str, Any] = {
        "duckdb": {"backend": "duckdb"},
        "duckdb file": {"connection_string": f"duckdb://{tmp_path}/a.duckdb"},
        "postgresql": {"connection_string": postgresql_uri() if kind == "postgresql" else "", "table_prefix": "ibis_"},
    }[kind]

    class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="video", id_columns=["id"], fields=["audio"])):
        id: str

    store = IbisMetadataStore(**settings)
    with store.open("w"):
        store.write(Video, pl.DataFrame([{"id": "a", "metaxy_provenance_by_field": {"audio": "1"}}]))
        assert store.has_feature(Video)
        store.drop_feature_metadata(Video)
    assert store.get_table_name("video") == settings.get("table_prefix", "") + "video"


def test_other_databases_are_refused_by_name() -> None:
    wrong: list[dict[str, Any]] = [{"connection_string": "oracle://me:hidden@host/x"}, {"backend": "oracle"}, {}]
    for settings in wrong:
        with pytest.raises(MetadataStoreError, match="no store in databases") as raised:
            IbisMetadataStore(**settings).open("w").__enter__()
        assert "hidden" not in str(raised.value)
        assert "duckdb://" in raised.value.hint


def test_stores_in_sql_databases_are_of_this_base() -> None:
    assert issubclass(DuckDBMetadataStore, IbisMetadataStore) and issubclass(PostgreSQLMetadataStore, IbisMetadataStore)
    with pytest.raises(ValueError, match="SQLAlchemy"):
        _ = IbisMetadataStore(backend="duckdb").sqlalchemy_url
    assert IbisMetadataStore(connection_string="duckdb:///x.db").sqlalchemy_url == "duckdb:///x.db"


# What the reference 0.1.10 answered.
@pytest.mark.parametrize(
    ("ibis_type", "expected"),
    [
        ("int64", pl.Int64()),
        ("uint16", pl.UInt16()),
        ("float32", pl.Float32()),
        ("string", pl.String()),
        ("date", pl.Date()),
        ("timestamp('UTC')", pl.Datetime("ns", "UTC")),
        ("timestamp(3)", pl.Datetime("ms")),
        ("array<struct<a: int64>>", pl.List(pl.Struct({"a": pl.Int64()}))),
        ("decimal(10, 2)", pl.Decimal(10, 2)),
        ("json", pl.String()),
        ("uuid", pl.String()),
    ],
)
def test_types_of_ibis_in_polars(ibis_type: str, expected: pl.DataType) -> None:
    assert DuckDBMetadataStore(":memory:").ibis_type_to_polars(dt.dtype(ibis_type)) == expected


def test_types_that_polars_lacks_are_refused() -> None:
    with pytest.raises(NotImplementedError, match="map"):
        DuckDBMetadataStore(":memory:").ibis_type_to_polars(dt.dtype("map<string, string>"))


def test_the_old_import_path_warns() -> None:
    sys.modules.pop("metaxy.ext.metadata_stores.ibis", None)
    with pytest.warns(MovedMetadataStoreWarning, match=r"metaxy\.ext\.ibis"):
        from metaxy.ext.metadata_stores.ibis import IbisMetadataStore as moved
    assert moved is IbisMetadataStore
