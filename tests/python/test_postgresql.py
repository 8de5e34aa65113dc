# SPDX-License-Identifier: Apache-2.0
"""What is particular to stores in PostgreSQL; test_stores has what every store does."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import polars as pl
import pytest
from every_store import postgresql_uri

import metaxy as mx
from metaxy._warnings import MovedMetadataStoreWarning
from metaxy.ext.postgresql import PostgreSQLMetadataStore
from metaxy.metadata_store import MetadataStoreError
from metaxy.utils import collect_to_polars


def test_a_store_needs_to_know_where() -> None:
    with pytest.raises(ValueError, match="connection_string or connection_params"):
        PostgreSQLMetadataStore()


def test_secrets_are_not_shown() -> None:
    store = PostgreSQLMetadataStore("postgresql://me:hidden@127.0.0.1:1/nothing?connect_timeout=2")
    assert store.display() == "PostgreSQLMetadataStore(backend=postgresql://***:***@127.0.0.1:1/nothing?connect_timeout=2)"
    assert "hidden" not in repr(store)
    assert "hidden" in store.sqlalchemy_url
    with pytest.raises(MetadataStoreError, match=r"127\.0\.0\.1") as raised, store.open("w"):
        raise AssertionError("the store was opened")
    assert "hidden" not in "".join(traceback.format_exception(raised.value))
    with pytest.raises(ValueError, match="SQLAlchemy"):
        _ = PostgreSQLMetadataStore(connection_params={"host": "127.0.0.1"}).sqlalchemy_url


def test_unknown_parameters_are_named() -> None:
    store = PostgreSQLMetadataStore(connection_params={"hosst": "x"})
    with pytest.raises(Exception, match="hosst"), store.open("w"):
        raise AssertionError("the store was opened")


def test_stores_of_the_configuration(tmp_path: Path) -> None:
    class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="video", id_columns=["id"], fields=["audio"])):
        id: str

    settings = {"connection_string": postgresql_uri(), "schema": "of_configuration", "table_prefix": "p_"}
    config = mx.MetaxyConfig(stores={"team": mx.StoreConfig(type=PostgreSQLMetadataStore, config=settings)})
    store = config.get_store("team")
    rows = pl.DataFrame([{"id": "a", "metaxy_provenance_by_field": {"audio": "1"}}])
    with store.open("w"):
        store.write(Video, rows)
    assert store.get_table_name("video") == "p_video"
    with PostgreSQLMetadataStore(postgresql_uri(), schema="of_configuration", table_prefix="p_") as again:
        assert collect_to_polars(again.read(Video))["id"].to_list() == ["a"]
    with PostgreSQLMetadataStore(postgresql_uri(), schema="of_configuration") as other:
        assert not other.has_feature(Video)


def test_the_old_import_path_warns() -> None:
    sys.modules.pop("metaxy.ext.metadata_stores.postgresql", None)
    with pytest.warns(MovedMetadataStoreWarning, match=r"metaxy\.ext\.postgresql"):
        from metaxy.ext.metadata_stores.postgresql import PostgreSQLMetadataStore as moved
    assert moved is PostgreSQLMetadataStore
