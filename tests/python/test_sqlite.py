# SPDX-License-Identifier: Apache-2.0
"""What is particular to stores in SQLite; test_stores has what every store does."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import polars as pl
import pytest

import metaxy as mx
from metaxy.ext.sqlite import SQLiteMetadataStore
from metaxy.metadata_store import MetadataStoreError
from metaxy.utils import collect_to_polars


def test_a_store_says_where_it_is(tmp_path: Path) -> None:
    store = SQLiteMetadataStore(tmp_path / "store.sqlite")
    assert store.display() == f"SQLiteMetadataStore(path={tmp_path / 'store.sqlite'})"
    assert store.sqlalchemy_url == f"sqlite:///{tmp_path / 'store.sqlite'}"
    with pytest.raises(ValueError, match="in memory"):
        _ = SQLiteMetadataStore().sqlalchemy_url


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.write_text("something else, and long enough to be anything")
    with pytest.raises(MetadataStoreError, match="is not a SQLite database"), SQLiteMetadataStore(path).open("w"):
        raise AssertionError("the store was opened")
    assert path.read_text().startswith("something else")


def test_stores_of_the_configuration(tmp_path: Path) -> None:
    class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="video", id_columns=["id"], fields=["audio"])):
        id: str

    path = tmp_path / "team.sqlite"
    settings = {"path": str(path), "table_prefix": "p_", "lock_timeout": 5}
    config = mx.MetaxyConfig(stores={"team": mx.StoreConfig(type=SQLiteMetadataStore, config=settings)})
    store = config.get_store("team")
    rows = pl.DataFrame([{"id": "a", "metaxy_provenance_by_field": {"audio": "1"}}])
    with store.open("w"):
        store.write(Video, rows)
    assert store.get_table_name("video") == "p_video"
    with SQLiteMetadataStore(path, table_prefix="p_") as again:
        assert collect_to_polars(again.read(Video))["id"].to_list() == ["a"]
    with SQLiteMetadataStore(path) as other:
        assert not other.has_feature(Video)
    with sqlite3.connect(path) as plain:
        assert plain.execute("SELECT id FROM p_video").fetchall() == [("a",)]
