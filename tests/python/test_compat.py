# SPDX-License-Identifier: Apache-2.0
"""What only the compatibility mode does, so that code written for the reference runs (docs/compat.md)."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
import pytest
from pydantic import ValidationError

import metaxy as mx
from metaxy.ext.clickhouse import ClickHouseMetadataStore
from metaxy.ext.duckdb import DuckDBMetadataStore
from metaxy.ext.polars.handlers.delta import DeltaMetadataStore
from metaxy.ext.postgresql import PostgreSQLMetadataStore
from metaxy.metadata_store.exceptions import FeatureNotFoundError, VersioningEngineMismatchError
from metaxy.metadata_store.warnings import MetaxyColumnMissingWarning, PolarsMaterializationWarning
from metaxy.models.fields_mapping import FieldsMappingAdapter, FieldsMappingResolutionContext
from metaxy.models.filter_expression import FilterParseError, parse_filter_string
from metaxy.models.types import FieldsMappingType, LineageRelationshipType

pytestmark = pytest.mark.usefixtures("compat")


def rows(*ids: str, **columns: Any) -> pl.DataFrame:
    provenance = [{"default": f"version of {name}"} for name in ids]
    return pl.DataFrame({"id": list(ids), **columns, "metaxy_provenance_by_field": provenance})


@pytest.fixture
def video() -> type[mx.BaseFeature]:
    class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="video", id_columns=["id"])):
        id: str

    return Video


@pytest.fixture
def crop(video: type[mx.BaseFeature]) -> type[mx.BaseFeature]:
    class Crop(mx.BaseFeature, spec=mx.FeatureSpec(key="crop", id_columns=["id"], deps=[video])):
        id: str

    return Crop


@pytest.fixture
def duck() -> Iterator[DuckDBMetadataStore]:
    with DuckDBMetadataStore(":memory:", auto_create_tables=True).open("w") as store:
        yield store


# Stores.


def test_default_algorithms() -> None:
    """As the reference 0.1.10 answers."""
    postgresql = PostgreSQLMetadataStore(connection_string="postgresql://nobody@localhost/none")
    clickhouse = ClickHouseMetadataStore(connection_string="clickhouse://nobody@localhost/none")
    assert postgresql.hash_algorithm is mx.HashAlgorithm.XXHASH32
    assert clickhouse.hash_algorithm is mx.HashAlgorithm.XXHASH32
    assert DuckDBMetadataStore(":memory:").hash_algorithm is mx.HashAlgorithm.XXHASH32


def test_tables_of_files_need_no_permission(tmp_path: Path, video: type[mx.BaseFeature]) -> None:
    mx.MetaxyConfig.set(mx.MetaxyConfig(auto_create_tables=False))
    with DeltaMetadataStore(tmp_path).open("w") as store:
        store.write(video, rows("a"))
        assert store.read(video).collect()["id"].to_list() == ["a"]


def test_the_target_is_not_looked_for_in_fallback_stores(
    tmp_path: Path, video: type[mx.BaseFeature], crop: type[mx.BaseFeature]
) -> None:
    with DeltaMetadataStore(tmp_path / "shared").open("w") as shared:
        shared.write(video, rows("a", "b"))
        shared.write(crop, shared.resolve_update(crop).new)
    with DeltaMetadataStore(tmp_path / "own", fallback_stores=[shared]).open("w") as own:
        assert sorted(own.resolve_update(crop).new["id"].to_list()) == ["a", "b"]


def test_increments_keep_deletion_times_of_upstreams(
    duck: DuckDBMetadataStore, video: type[mx.BaseFeature], crop: type[mx.BaseFeature]
) -> None:
    duck.write(video, rows("a"))
    new = duck.resolve_update(crop).new
    assert new.schema["metaxy_deleted_at"] == nw.Datetime("us", "UTC")
    assert duck.resolve_update(crop, lazy=True).new.collect_schema().names() == new.columns
    duck.write(crop, new)
    assert duck.resolve_update(crop).new.shape[0] == 0


def test_rows_with_one_id_count_once(duck: DuckDBMetadataStore, video: type[mx.BaseFeature]) -> None:
    duck.write(video, rows("a", "b", "a", n=[1, 2, 3]))
    found = duck.read(video, columns=["id", "n"]).collect()
    assert sorted(zip(found["id"].to_list(), found["n"].to_list())) == [("a", 3), ("b", 2)]


def test_members_of_other_fields_and_names_of_metaxy_are_taken(
    duck: DuckDBMetadataStore, video: type[mx.BaseFeature]
) -> None:
    more = pl.struct(pl.lit("1").alias("default"), pl.lit("2").alias("other"))
    duck.write(video, rows("a").with_columns(metaxy_provenance_by_field=more, metaxy_data_version__up=pl.lit("3")))
    assert duck.read(video, columns=["metaxy_data_version__up"]).collect().item() == "3"


def test_errors_are_of_the_kinds_that_the_reference_raises(
    duck: DuckDBMetadataStore, video: type[mx.BaseFeature], crop: type[mx.BaseFeature]
) -> None:
    with pytest.raises(FeatureNotFoundError, match="not found in store"):
        duck.read(video)
    with pytest.raises(ValueError, match="lack"):
        duck.compute_provenance(crop, nw.from_native(pl.DataFrame({"id": ["a"]})))
    dep = mx.FieldSpec(key="f", deps=[mx.FieldDep(feature=video, fields=["nowhere"])])
    mx.current_graph().add_feature_definition(
        mx.FeatureDefinition(
            spec=mx.FeatureSpec(key="lost", id_columns=["id"], deps=[video], fields=[dep]), project="p"
        )
    )
    with pytest.raises(KeyError, match="nowhere"):
        mx.current_graph().get_feature_version("lost")


def test_warnings_of_writes(duck: DuckDBMetadataStore, video: type[mx.BaseFeature], crop: type[mx.BaseFeature]) -> None:
    with pytest.warns(UserWarning, match="AUTO_CREATE_TABLES is enabled"):
        duck.write(video, rows("a"))
    with pytest.warns(MetaxyColumnMissingWarning, match="metaxy_provenance"):
        duck.write(crop, rows("a"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        duck.write(video, rows("b"))
        duck.write(crop, duck.resolve_update(crop).new)


def test_samples_in_memory_are_not_native(duck: DuckDBMetadataStore, video: type[mx.BaseFeature]) -> None:
    samples = nw.from_native(rows("a"))
    with pytest.warns(PolarsMaterializationWarning):
        duck.resolve_update(video, samples=samples)
    with pytest.raises(VersioningEngineMismatchError):
        duck.resolve_update(video, samples=samples, versioning_engine="native")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        duck.resolve_update(video, samples=samples, versioning_engine="polars")


def test_upstreams_of_other_kinds_of_stores_are_told(
    tmp_path: Path, video: type[mx.BaseFeature], crop: type[mx.BaseFeature]
) -> None:
    with DeltaMetadataStore(tmp_path).open("w") as shared:
        shared.write(video, rows("a"))
    with DuckDBMetadataStore(":memory:", fallback_stores=[shared]).open("r") as own:
        with pytest.warns(PolarsMaterializationWarning, match="video"):
            assert own.resolve_update(crop).new.shape[0] == 1


def test_a_store_creates_tables_as_its_own_configuration_says() -> None:
    kind = "metaxy.ext.duckdb.DuckDBMetadataStore"
    stores = {"a": mx.StoreConfig(type=kind, config={"database": ":memory:"})}
    assert mx.MetaxyConfig(auto_create_tables=True, stores=stores).get_store("a").auto_create_tables


# Definitions.


def test_definitions_as_python_values() -> None:
    dep = mx.FeatureDep(feature="u", select=["x"], filters=["x = 1"], lineage=mx.LineageRelationship.aggregation(["x"]))
    values = mx.FeatureSpec(key="a", id_columns=["id"], deps=[dep]).model_dump()
    assert values["id_columns"] == ("id",)
    assert values["deps"][0]["select"] == ("x",)
    assert values["deps"][0]["fields_mapping"]["mapping"]["type"] is FieldsMappingType.DEFAULT
    assert values["deps"][0]["lineage"]["relationship"]["type"] is LineageRelationshipType.AGGREGATION
    assert mx.FeatureSpec.model_validate(values).deps == [dep]
    assert dep.model_dump(by_alias=True)["filters"] == ("x = 1",)
    assert dep.model_dump(mode="json", include={"select"}) == {"select": ["x"]}
    all_fields = mx.FieldSpec(key="f", deps=mx.SpecialFieldDep.ALL).model_dump()["deps"]
    assert all_fields is mx.SpecialFieldDep.ALL
    assert mx.FieldsMapping.specific({"a": {"b/c"}}).model_dump()["mapping"]["mapping"] == {"a": {"b/c"}}


@pytest.mark.parametrize("given", [mx.FeatureSpec(key="a", id_columns=["id"]), mx.FieldsMapping.all()])
def test_definitions_do_not_change(given: Any) -> None:
    name = "key" if isinstance(given, mx.FeatureSpec) else "mapping"
    with pytest.raises(ValidationError, match="frozen"):
        setattr(given, name, "b")


def test_definitions_of_features_do_not_change(video: type[mx.BaseFeature]) -> None:
    definition = mx.current_graph().get_feature_definition(video)
    with pytest.raises(ValidationError, match="frozen"):
        definition.project = "another"
    assert mx.FeatureDefinition.model_validate_json(definition.model_dump_json()) == definition


def test_faults_in_the_words_of_pydantic() -> None:
    for given, kind, where in (
        ({"key": "a", "more": 1}, "extra_forbidden", ("more",)),
        ({"code_version": 1}, "string_type", ("code_version",)),
    ):
        with pytest.raises(ValidationError) as raised:
            mx.FieldSpec(**given)
        assert [(it["type"], it["loc"]) for it in raised.value.errors()] == [(kind, where)]
    with pytest.raises(ValidationError, match="Field required"):
        mx.FieldDep()  # type: ignore[call-arg]


def test_keys_in_legacy_forms() -> None:
    assert mx.FeatureKey(parts=["a", "b"]) == mx.FeatureKey(root=["a", "b"]) == mx.FeatureKey("a/b")  # type: ignore
    assert mx.FeatureKey.model_validate_json('"a/b"').root == ("a", "b")
    for wrong, text in (("a//b", "cannot be empty"), ("a__b", "double underscores"), (["a/b"], "forward slashes")):
        with pytest.raises(ValidationError, match=text):
            mx.FeatureKey(wrong)
    with pytest.raises(ValidationError):
        mx.FeatureKey(int)


def test_fields_that_a_mapping_selects() -> None:
    upstream = mx.FeatureSpec(key="u", id_columns=["id"], fields=["audio", "video", "raw/audio"])
    context = FieldsMappingResolutionContext(field_key=mx.FieldKey("audio"), upstream_feature=upstream)
    for mapping, expected in (
        (mx.FieldsMapping.default(), {"audio"}),
        (mx.FieldsMapping.default(match_suffix=True), {"audio", "raw/audio"}),
        (mx.FieldsMapping.default(exclude_fields=["audio"]), {"video", "raw/audio"}),
        (mx.FieldsMapping.specific({"audio": {"video", "lost"}}), {"video"}),
        (mx.FieldsMapping.all(), {"audio", "video", "raw/audio"}),
        (mx.FieldsMapping.none(), set()),
    ):
        assert {str(key) for key in mapping.resolve_field_deps(context)} == expected
        assert mapping.mapping.resolve_field_deps(context) == mapping.resolve_field_deps(context)


def test_kinds_of_mappings_by_themselves() -> None:
    kind = FieldsMappingAdapter.validate_python({"type": "default", "match_suffix": True})
    assert isinstance(kind, mx.DefaultFieldsMapping) and kind.match_suffix
    assert FieldsMappingAdapter.dump_python(kind, mode="json")["type"] == "default"
    assert isinstance(FieldsMappingAdapter.validate_json('{"type": "all"}'), mx.AllFieldsMapping)


def test_sorting_passes_over_what_is_not_there(video: type[mx.BaseFeature], crop: type[mx.BaseFeature]) -> None:
    class Lost(mx.BaseFeature, spec=mx.FeatureSpec(key="lost", id_columns=["id"], deps=["nowhere"])):
        id: str

    graph = mx.current_graph()
    assert [str(key) for key in graph.topological_sort_features()] == ["video", "crop", "lost"]
    assert [str(key) for key in graph.topological_sort_features(["other", crop], descending=True)] == ["other", "crop"]


def test_set_active_within_use() -> None:
    with mx.FeatureGraph().use() as outer:
        mine = mx.FeatureGraph()
        mx.FeatureGraph.set_active(mine)
        assert mx.current_graph() is mine
        mx.FeatureGraph.set_active(outer)


def test_filters_as_the_reference_reads_them() -> None:
    frame = nw.from_native(pl.DataFrame({"a.b": [1, 2], "x": [1, 2]}))
    assert frame.filter(parse_filter_string("a.b > 1"))["x"].to_list() == [2]
    for refused in ("x BETWEEN 1 AND 2", "x + 1 = 2", "x LIKE 'a'", "lower(x) = 'a'", "SELECT 1"):
        with pytest.raises(FilterParseError, match="Unsupported"):
            parse_filter_string(refused)
    for wrong in ("", "x ="):
        with pytest.raises(ValidationError):
            parse_filter_string(wrong)


def test_versions_of_external_features() -> None:
    versions: dict[str, Any] = {"expected_version": "1", "actual_version": "2"}
    by_field: dict[str, Any] = {"expected_version_by_field": {"f": "1"}, "actual_version_by_field": {"f": "2"}}
    spec = mx.FeatureSpec(key="e", id_columns=["id"])
    strict = mx.FeatureDefinition.external(spec=spec, project="p", on_version_mismatch="error")
    with pytest.raises(ValueError, match="Version mismatch"):
        strict.check_version_mismatch(**versions, **by_field)
    own = mx.FeatureDefinition(spec=spec, project="p")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        own.check_version_mismatch(**versions, **by_field)


# Configuration.


def test_settings_are_those_of_the_reference() -> None:
    assert list(mx.MetaxyConfig().model_dump()) == [
        *("store", "stores", "extend", "entrypoints", "theme", "ext", "hash_truncation_length"),
        *("enable_map_datatype", "auto_create_tables", "project", "locked", "sync", "extra_features"),
        "metaxy_lock_path",
    ]


def test_settings_of_bigquery() -> None:
    from metaxy.ext.bigquery import BigQueryMetadataStore

    with pytest.raises(ValueError, match="project_id"):
        BigQueryMetadataStore()
    with pytest.raises(FileNotFoundError):
        BigQueryMetadataStore("p", credentials_path="nowhere.json")
    store = BigQueryMetadataStore("p", "d")
    assert store.display() == "BigQueryMetadataStore(project=p/d)"
    assert store.hash_algorithm is mx.HashAlgorithm.MD5
    with pytest.raises(Exception, match="no store in BigQuery"), store.open("r"):
        pass
