# SPDX-License-Identifier: Apache-2.0
"""What is particular to stores in ClickHouse; test_stores has what every store does."""

from __future__ import annotations

import sys
import traceback
import urllib.request
from pathlib import Path

import polars as pl
import pytest
from every_store import clickhouse_uri, new_database

import metaxy as mx
from metaxy._warnings import MovedMetadataStoreWarning
from metaxy.ext.clickhouse import ClickHouseMetadataStore
from metaxy.metadata_store import MetadataStoreError
from metaxy.utils import collect_to_polars


def test_a_store_needs_to_know_where() -> None:
    with pytest.raises(ValueError, match="connection_string or connection_params"):
        ClickHouseMetadataStore()


def test_secrets_are_not_shown() -> None:
    store = ClickHouseMetadataStore("clickhouse://me:hidden@127.0.0.1:1/nothing?connect_timeout=2")
    assert store.display() == "ClickHouseMetadataStore(backend=clickhouse://***:***@127.0.0.1:1/nothing?connect_timeout=2)"
    assert "hidden" not in repr(store)
    with pytest.raises(MetadataStoreError, match=r"127\.0\.0\.1") as raised, store.open("w"):
        raise AssertionError("the store was opened")
    assert "hidden" not in "".join(traceback.format_exception(raised.value))


# spec/04 §4
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("clickhouse://u:p@h:8443/d", "clickhouse+native://u:p@h:9440/d?secure=True"),
        ("clickhouse://u:p@h:8123/d", "clickhouse+native://u:p@h:9000/d"),
        ("clickhouse://h/d", "clickhouse+native://h:9000/d"),
        ("clickhouse://h/d?secure=True&protocol=https", "clickhouse+native://h:9440/d?secure=True"),
    ],
)
def test_sqlalchemy_speaks_the_native_protocol(given: str, expected: str) -> None:
    assert ClickHouseMetadataStore(given).sqlalchemy_url == expected
    with pytest.raises(ValueError, match="SQLAlchemy"):
        _ = ClickHouseMetadataStore(connection_params={"host": "h"}).sqlalchemy_url


def test_unknown_parameters_are_named() -> None:
    store = ClickHouseMetadataStore(connection_params={"hosst": "x"})
    with pytest.raises(Exception, match="hosst"), store.open("w"):
        raise AssertionError("the store was opened")


def test_stores_of_the_configuration(tmp_path: Path) -> None:
    class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="video", id_columns=["id"], fields=["audio"])):
        id: str

    uri = new_database(tmp_path)
    database = uri.rpartition("/")[2]
    settings = {
        "connection_string": uri,
        "table_prefix": "p_",
        "partition_by": "cityHash64(id) % 2",
        "settings": {"max_threads": 1},
    }
    config = mx.MetaxyConfig(stores={"team": mx.StoreConfig(type=ClickHouseMetadataStore, config=settings)})
    store = config.get_store("team")
    rows = pl.DataFrame([{"id": "a", "metaxy_provenance_by_field": {"audio": "1"}}])
    with store.open("w"):
        store.write(Video, rows)
    question = f"SELECT partition_key FROM system.tables WHERE database = '{database}' AND name = 'p_video'"
    with urllib.request.urlopen(clickhouse_uri(), question.encode(), timeout=60) as answer:
        assert answer.read() == b"(cityHash64(id) % 2)\n"
    with ClickHouseMetadataStore(uri, table_prefix="p_") as again:
        assert collect_to_polars(again.read(Video))["id"].to_list() == ["a"]
    with ClickHouseMetadataStore(uri) as other:
        assert not other.has_feature(Video)


def test_the_old_import_path_warns() -> None:
    sys.modules.pop("metaxy.ext.metadata_stores.clickhouse", None)
    with pytest.warns(MovedMetadataStoreWarning, match=r"metaxy\.ext\.clickhouse"):
        from metaxy.ext.metadata_stores.clickhouse import ClickHouseMetadataStore as moved
    assert moved is ClickHouseMetadataStore
