# SPDX-License-Identifier: Apache-2.0
"""The plugin that users' tests get."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
import pytest

import metaxy as mx
from metaxy.ext.duckdb import DuckDBMetadataStore
from metaxy.testing import assert_increment

# In the build tree there is no entry point that pytest could find.
pytest_plugins = [] if "metaxy.testing" in sys.modules else ["metaxy.testing"]
SAMPLES = pl.DataFrame({"id": ["a", "b"], "metaxy_provenance_by_field": [{"default": "1"}, {"default": "2"}]})


def test_a_store_and_a_graph(metaxy_store: DuckDBMetadataStore, metaxy_graph: mx.FeatureGraph) -> None:
    class Root(mx.BaseFeature, spec=mx.FeatureSpec(key="root", id_columns=["id"])):
        id: str

    assert metaxy_graph.list_features() == [mx.FeatureKey("root")]
    for lazy in (False, True):
        assert_increment(metaxy_store.resolve_update(Root, samples=SAMPLES, lazy=lazy), new=["b", "a"])
    metaxy_store.write(Root, SAMPLES)
    with pytest.raises(AssertionError, match=r"new: expected \['a'\], found \[\]"):
        assert_increment(metaxy_store.resolve_update(Root, samples=SAMPLES), new=["a"])


def test_a_project(metaxy_project: mx.MetaxyConfig, tmp_path: Path) -> None:
    assert mx.MetaxyConfig.get() is metaxy_project
    with metaxy_project.get_store().open("w") as store:
        assert store.name == "dev"
    assert metaxy_project.config_file == tmp_path / "metaxy.toml"


def test_features_in_files(metaxy_project: mx.MetaxyConfig, tmp_path: Path, metaxy_graph: mx.FeatureGraph) -> None:
    (tmp_path / "features.toml").write_text(
        """
[features."video/raw"]
id_columns = ["id"]
fields = ["audio", "frames"]

[features."video/crop"]
id_columns = ["id"]
deps = ["video/raw"]
fields = ["frames"]
""",
        encoding="utf-8",
    )
    mx.init(tmp_path / "metaxy.toml")
    assert [str(key) for key in metaxy_graph.list_features()] == ["video/raw", "video/crop"]
    assert metaxy_graph.get_feature_definition("video/crop").project == "test"
    (tmp_path / "features.toml").write_text('[features."video/raw"]\nfields = 3\n', encoding="utf-8")
    with mx.FeatureGraph().use(), pytest.raises(Exception, match="features.toml:2") as raised:
        mx.init(tmp_path / "metaxy.toml")
    assert "features.toml:1" in str(raised.value)
