# SPDX-License-Identifier: Apache-2.0
"""The pipeline in stores of memory, with the plugin of metaxy."""

from pathlib import Path

import pytest
from weather.features import Daily, Frost, Readings, Unrest
from weather.pipeline import readings, update_all

import metaxy as mx
from metaxy.ext.duckdb import DuckDBMetadataStore
from metaxy.testing import assert_increment


@pytest.fixture
def stations(tmp_path: Path) -> Path:
    for name, celsius in {"alp_mon": [-4, -2], "sea_mon": [9, 15]}.items():
        (tmp_path / f"{name}.csv").write_text("celsius\n" + "\n".join(map(str, celsius)) + "\n", encoding="utf-8")
    return tmp_path


def test_values(stations: Path) -> None:
    with DuckDBMetadataStore(":memory:").open("w") as store:
        update_all(store, stations)
        frost = store.read(Frost, columns=["station", "frost"]).collect().rows()
        unrest = store.read(Unrest, columns=["station", "unrest"]).collect().rows()
    assert sorted(frost) == [("alp", True), ("sea", False)]
    assert sorted(unrest) == [("alp", False), ("sea", True)]


def test_a_change_reaches_what_is_made_from_it(stations: Path) -> None:
    with DuckDBMetadataStore(":memory:").open("w") as store:
        for increment in update_all(store, stations).values():
            assert_increment(increment, new=["alp", "sea"])
        (stations / "alp_mon.csv").write_text("celsius\n1\n3\n", encoding="utf-8")
        for increment in update_all(store, stations).values():
            assert_increment(increment, stale=["alp"])


def test_a_branch_computes_what_production_has_not(stations: Path) -> None:
    prod = DuckDBMetadataStore(":memory:", name="prod")
    branch = DuckDBMetadataStore(":memory:", name="branch", fallback_stores=[prod])
    with prod.open("w"), branch.open("w"):
        update_all(prod, stations)
        for increment in update_all(branch, stations).values():
            assert_increment(increment)
        (stations / "alp_tue.csv").write_text("celsius\n-9\n", encoding="utf-8")
        for increment in update_all(branch, stations).values():
            assert_increment(increment, new=["tue"], by="day")
        assert prod.read(Daily).collect().shape[0] == 2
        assert branch.read(Daily).collect().shape[0] == 3


def test_a_new_way_of_averaging_reaches_frost_only(stations: Path, metaxy_graph: mx.FeatureGraph) -> None:
    for feature in (Readings, Daily, Frost, Unrest):
        metaxy_graph.add_feature_definition(feature.graph.get_feature_definition(feature))
    with DuckDBMetadataStore(":memory:").open("w") as store:
        update_all(store, stations)
        other = [field.model_copy(update={"code_version": "2"}) for field in Daily.spec().fields[:1]]
        spec = Daily.spec().model_copy(update={"fields": [*other, *Daily.spec().fields[1:]]})
        metaxy_graph.remove_feature(Daily)
        metaxy_graph.add_feature_definition(
            mx.FeatureDefinition.from_stored_data(spec.model_dump(), {}, None, "weather")
        )
        done = update_all(store, stations)
    assert readings(stations).height == 2
    assert_increment(done["daily"], stale=["alp", "sea"])
    assert_increment(done["frost"], stale=["alp", "sea"])
    assert_increment(done["unrest"])
