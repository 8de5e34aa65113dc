# SPDX-License-Identifier: Apache-2.0
"""Definitions as values, the graph, and feature classes."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pydantic
import pytest

import metaxy as mx
from metaxy.models.fields_mapping import SpecificFieldsMapping
from metaxy.models.plan import FQFieldKey


def spec(key: str = "video/raw", **kwargs: Any) -> mx.FeatureSpec:
    return mx.FeatureSpec(key=key, id_columns=["id"], **kwargs)


def test_keys_are_ordered_values() -> None:
    key = mx.FeatureKey("video/raw")
    assert key == mx.FeatureKey(["video", "raw"]) == mx.FeatureKey(key) == mx.FeatureKey({"parts": ["video", "raw"]})
    assert hash(key) == hash(mx.FeatureKey(("video", "raw")))
    assert key != mx.FieldKey("video/raw") and key != "video/raw"
    assert (str(key), key.parts, key[1], len(key), "raw" in key) == ("video/raw", ("video", "raw"), "raw", 2, True)
    assert (key.table_name, key.to_struct_key(), key.to_column_suffix()) == ("video__raw", "video_raw", "__video_raw")
    assert list(reversed(key)) == ["raw", "video"]
    assert sorted([mx.FeatureKey("a-b"), mx.FeatureKey("a/b")]) == [mx.FeatureKey("a/b"), mx.FeatureKey("a-b")]


@pytest.mark.parametrize("bad", ["a__b", "a//b", "", "/a", "A", "1a", "a/-b", 1, None, ["a", 1], {"x": ["a"]}, b"a"])
def test_bad_keys_are_refused(bad: Any) -> None:
    with pytest.raises(pydantic.ValidationError) as raised:
        mx.FeatureKey(bad)
    assert raised.value.title == "FeatureKey"


@pytest.mark.parametrize(
    "value",
    [
        mx.FeatureKey("a/b"),
        mx.FieldKey("x"),
        mx.FieldSpec(key="x", code_version="2", deps=mx.SpecialFieldDep.ALL),
        mx.FieldDep(feature="a", fields=["x", "y/z"]),
        mx.FeatureDep(feature="a", rename={"x": "y"}, select=("y",), filters=["y > 1"], optional=True),
        mx.FieldsMapping.specific({"x": {"a", "b/c"}}),
        mx.FieldsMapping.default(match_suffix=True, exclude_fields=["q"]),
        mx.LineageRelationship.expansion(on=["id"], id_generation_pattern="{i}"),
        mx.FeatureSpec(key="a", id_columns=["id"], fields=["x"], metadata={"n": [1, None, "é"]}, description="d"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_definitions_are_values(value: Any) -> None:
    assert pickle.loads(pickle.dumps(value)) == value
    assert copy.deepcopy(value) == value == copy.copy(value)
    assert hash(pickle.loads(pickle.dumps(value))) == hash(value)
    assert type(value).model_validate(value.model_dump()) == value
    adapter = pydantic.TypeAdapter(type(value))
    assert adapter.validate_json(adapter.dump_json(value)) == value
    with pytest.raises(AttributeError):
        value.key = "other"


def test_every_fault_of_a_spec_is_told() -> None:
    with pytest.raises(pydantic.ValidationError) as raised:
        mx.FeatureSpec(key="A", id_columns="id", fields=[{"key": "x", "code": 1}], colour="red")  # type: ignore[call-arg]
    places = {error["loc"] for error in raised.value.errors()}
    assert places == {("key",), ("id_columns",), ("fields", 0, "code"), ("colour",)}
    wrong: dict[str, Any]
    for wrong in (
        {"id_columns": []},
        {"id_columns": ["id"], "fields": ["x", "x"]},
        {"id_columns": ["id"], "deps": [{"feature": "b", "rename": {"x": "y"}, "select": ["x"]}]},
    ):
        with pytest.raises(ValueError):
            mx.FeatureSpec(key="a", **wrong)


def test_specs_tell_their_parts() -> None:
    made = spec(deps=[mx.FeatureDep(feature="up"), "other"], fields=["x", mx.FieldSpec(key="y", code_version="2")])
    assert made.id_columns == ("id",)
    assert list(made.fields_by_key) == [mx.FieldKey("x"), mx.FieldKey("y")]
    assert [str(key) for key in made.deps_by_key] == ["up", "other"]
    assert made.deps[0].lineage.relationship.type.value == "1:1"
    assert made.fields[0].code_version == "__metaxy_initial__"
    assert isinstance(mx.FieldsMapping.specific({"x": ["a"]}).mapping, SpecificFieldsMapping)
    assert mx.LineageRelationship.aggregation().get_aggregation_columns(["id"]) == ["id"]
    assert made.model_copy(update={"description": "d"}).description == "d"


def test_subclasses_of_specs_have_defaults_of_their_own() -> None:
    class SampleSpec(mx.FeatureSpec):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**{"id_columns": ["sample_uid"], **kwargs})

    class ByAttribute(mx.FeatureSpec):
        id_columns = ("sample_uid",)

    assert SampleSpec(key="a").id_columns == ("sample_uid",)
    assert ByAttribute(key="a") == mx.FeatureSpec(key="a", id_columns=["sample_uid"])  # type: ignore[call-arg]


def test_classes_register_themselves(fresh_graph: mx.FeatureGraph) -> None:
    class Video(mx.BaseFeature, spec=spec(fields=["audio", "frames"])):
        """Raw video."""

        id: str
        height: int | None = None

    class Crop(mx.BaseFeature, spec=spec("video/crop", deps=[Video], fields=["frames"])):
        id: str

    assert fresh_graph.list_features() == [mx.FeatureKey("video/raw"), mx.FeatureKey("video/crop")]
    assert fresh_graph.get_feature_definition(Video).spec.description == "Raw video."
    assert mx.coerce_to_feature_key(Crop) == mx.FeatureKey("video/crop")
    assert Crop.feature_version() == fresh_graph.get_feature_version("video/crop")
    assert set(Crop.provenance_by_field()) == {"frames"}
    assert Video.metaxy_project() == __name__.partition(".")[0]
    plan = fresh_graph.get_feature_plan(Crop)
    frames = FQFieldKey(feature="video/raw", field="frames")
    assert plan.get_parent_fields_for_field("frames") == {frames: Video.spec().fields_by_key[mx.FieldKey("frames")]}
    assert plan.input_id_columns == ["id"]
    assert "height" in fresh_graph.get_feature_definition(Video).columns
    with pytest.raises(pydantic.ValidationError):
        Video(id="a", width=3)  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="video/raw"):

        class Again(mx.BaseFeature, spec=spec(fields=["audio"])):
            id: str


def test_a_class_defined_again_takes_its_own_place(fresh_graph: mx.FeatureGraph) -> None:
    versions = set()
    for version in ("1", "2"):

        class Video(mx.BaseFeature, spec=spec(fields=[mx.FieldSpec(key="x", code_version=version)])):
            id: str

        versions.add(Video.feature_version())
    assert len(versions) == 2 and len(fresh_graph.list_features()) == 1


def test_graphs_tell_what_is_missing(fresh_graph: mx.FeatureGraph) -> None:
    class Lost(mx.BaseFeature, spec=spec("lost", deps=["nowhere"])):
        id: str

    class Fine(mx.BaseFeature, spec=spec("fine")):
        id: str

    assert fresh_graph.get_feature_version("fine") == Fine.feature_version()
    for ask in (fresh_graph.get_feature_plan, fresh_graph.get_feature_version):
        with pytest.raises(mx.MetaxyMissingFeatureDependency, match="nowhere"):
            ask("lost")
    with pytest.raises(KeyError, match="nobody"):
        mx.get_feature_by_key("nobody")
    assert mx.get_feature_by_key("fine").key == Fine.spec().key


def test_snapshots_bring_graphs_back(fresh_graph: mx.FeatureGraph) -> None:
    class Video(mx.BaseFeature, spec=spec()):
        id: str

    class Crop(mx.BaseFeature, spec=spec("video/crop", deps=[Video])):
        id: str

    again = mx.FeatureGraph.from_snapshot(fresh_graph.to_snapshot())
    assert again.get_feature_version(Crop) == Crop.feature_version()
    assert again.project_version == fresh_graph.project_version
    assert pickle.loads(pickle.dumps(fresh_graph)).project_version == fresh_graph.project_version


def test_external_features_give_way(fresh_graph: mx.FeatureGraph) -> None:
    stand_in = mx.FeatureDefinition.external(
        spec=spec(fields=["x"]), project="other", provenance_by_field={"x": "v1"}, on_version_mismatch="error"
    )
    fresh_graph.add_feature_definition(stand_in)
    assert fresh_graph.has_external_features
    assert fresh_graph.get_feature_version_by_field("video/raw") == {"x": "v1"}
    assert stand_in.has_provenance_override and stand_in.source == f"{__name__}:test_external_features_give_way"
    with pytest.raises(mx.ExternalFeatureVersionMismatchError, match="video/raw"):
        stand_in.check_version_mismatch(
            expected_version="a", actual_version="b", expected_version_by_field={}, actual_version_by_field={}
        )

    class Video(mx.BaseFeature, spec=spec(fields=["x"])):
        id: str

    fresh_graph.add_feature_definition(stand_in)
    assert not fresh_graph.has_external_features


def test_selections_combine() -> None:
    one, other = mx.FeatureSelection(projects=["a", "b"]), mx.FeatureSelection(projects=["b"], keys=["x/y"])
    assert (one | other).projects == ["a", "b"] and (one | other).keys == [mx.FeatureKey("x/y")]
    assert (one & other).projects == ["b"]
    assert (one - other).projects == ["a"]
    assert (one | mx.FeatureSelection(all=True)).all
    with pytest.raises(ValueError):
        mx.FeatureSelection()


def test_compat_versions_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(spec().feature_spec_version) == 32
    monkeypatch.setenv("METAXY_COMPAT", "0.1")
    assert len(spec().feature_spec_version) == 8
    with mx.MetaxyConfig(hash_truncation_length=16).use():
        assert len(spec().feature_spec_version) == 16
