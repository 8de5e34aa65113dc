# SPDX-License-Identifier: Apache-2.0
"""What is particular to stores behind ADBC drivers; what they do as others, test_stores.py shows."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
import pytest
from every_store import DRIVERS
from pages import blocks

import metaxy as mx
from metaxy.ext.adbc import AdbcMetadataStore

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

STORES = Path(__file__).parents[2] / "docs" / "stores.md"


def test_stores_of_the_configuration(tmp_path: Path) -> None:
    class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="video", id_columns=["id"])):
        id: str

    (tmp_path / "metaxy.toml").write_text(
        'project = "p"\nstore = "w"\n[stores.w]\ntype = "adbc"\n[stores.w.config]\n'
        f'driver = "{DRIVERS / "libadbc_driver_sqlite.so"}"\nuri = "{tmp_path / "x.db"}"\ntable_prefix = "p_"\n'
    )
    config = mx.MetaxyConfig.load(tmp_path / "metaxy.toml")
    with config.get_store().open("w") as store:
        assert isinstance(store, AdbcMetadataStore)
        store.write(Video, pl.DataFrame({"id": ["a"], "metaxy_provenance_by_field": [{"default": "1"}]}))
    with config.get_store().open() as store:
        assert store.read(Video).collect().to_native()["id"].to_list() == ["a"]


def test_a_driver_that_is_not_there_is_named(tmp_path: Path) -> None:
    store = AdbcMetadataStore(tmp_path / "libnope.so")
    with pytest.raises(Exception, match=r"libnope\.so") as told, store.open():
        pass
    assert getattr(told.value, "hint", "")


@pytest.mark.parametrize("kind", ["postgresql", "clickhouse", "sqlite", "adbc"])
def test_short_names_of_types_are_classes(kind: str, tmp_path: Path) -> None:
    """As docs/stores.md writes them."""
    found = 0
    for block in blocks(STORES):
        if block.language != "toml" or f'type = "{kind}"' not in block.text:
            continue
        file = tmp_path / f"line_{block.line}.toml"
        file.write_text(block.text)
        config = mx.MetaxyConfig.load(file)
        for name, given in tomllib.loads(block.text)["stores"].items():
            if given["type"] == kind and "config" in given:
                assert config.stores[name].type_cls.config_model().model_validate(given["config"])
                found += 1
    assert found
