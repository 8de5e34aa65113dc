# SPDX-License-Identifier: Apache-2.0
"""Definitions as pydantic's models, which they are for code written for the reference. Answers are the reference's."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pydantic
import pytest
from pydantic import ValidationError

import metaxy as mx
from metaxy.models.fields_mapping import SpecificFieldsMapping
from metaxy.models.filter_expression import NarwhalsFilter
from metaxy.models.lineage import AggregationRelationship, ExpansionRelationship, IdentityRelationship

pytestmark = pytest.mark.usefixtures("compat")
anything: Any = mx  # type checkers know the core's classes


def spec(key: Any = "a/b", **given: Any) -> Any:
    return anything.FeatureSpec(**{"key": key, "id_columns": ["id"], **given})


def faults(make: Callable[[], Any]) -> list[tuple[str, tuple[Any, ...]]]:
    with pytest.raises(ValidationError) as raised:
        make()
    return [(it["type"], it["loc"]) for it in raised.value.errors()]


@pytest.mark.parametrize(
    "made",
    [
        spec(),
        anything.FieldSpec(key="x"),
        anything.FieldDep(feature="a"),
        anything.FeatureDep(feature="a"),
        mx.FieldsMapping.all(),
        mx.DefaultFieldsMapping(),
        mx.LineageRelationship.identity(),
        IdentityRelationship(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_definitions_are_models(made: Any) -> None:
    assert isinstance(made, pydantic.BaseModel)
    assert issubclass(type(made), pydantic.BaseModel)
    assert pickle.loads(pickle.dumps(made)) == made == made.model_copy() == made.model_copy(deep=True)


# What can be changed.


def test_fields_and_dependencies_can_be_changed() -> None:
    field = anything.FieldSpec(key="x")
    field.code_version = "2"
    field.deps = [anything.FieldDep(feature="up")]
    assert field.model_fields_set == {"key", "code_version", "deps"}
    assert field == anything.FieldSpec(key="x", code_version="2", deps=[anything.FieldDep(feature="up")])
    dep = anything.FeatureDep(feature="up", rename={"a": "b"})
    dep.optional, dep.select, dep.sql_filters = True, ("b",), ("b > 1",)
    assert dep.model_dump(mode="json")["sql_filters"] == ["b > 1"]
    assert spec(deps=[dep], fields=[field]).deps[0].optional


@pytest.mark.parametrize("made", [anything.FieldSpec(key="x"), anything.FieldDep(feature="a")])
def test_unknown_members_of_what_can_be_changed(made: Any) -> None:
    with pytest.raises(ValueError, match='object has no field "nowhere"'):
        made.nowhere = 1
    with pytest.raises(TypeError, match="unhashable"):
        hash(made)


def test_features_and_choices_cannot_be_changed() -> None:
    assert faults(lambda: setattr(spec(), "key", "x")) == [("frozen_instance", ("key",))]
    assert faults(lambda: setattr(mx.FieldsMapping.all(), "mapping", None)) == [("frozen_instance", ("mapping",))]
    assert faults(lambda: setattr(IdentityRelationship(), "type", "x")) == [("frozen_instance", ("type",))]


# Dumps.


def test_dumps_leave_out_what_is_told() -> None:
    made = spec(deps=[anything.FeatureDep(feature="up", rename={"a": "b"})], fields=["x"])
    assert spec().model_dump(mode="json", exclude_unset=True) == {"key": "a/b", "id_columns": ["id"]}
    assert made.model_dump(mode="json", exclude_defaults=True) == {
        "key": "a/b",
        "id_columns": ["id"],
        "deps": [{"feature": "up", "rename": {"a": "b"}}],
        "fields": [{"key": "x"}],
    }
    assert made.model_dump(include={"fields": {0: {"key"}}}) == {"fields": [{"key": "x"}]}
    assert "filters" in anything.FeatureDep(feature="a").model_dump(by_alias=True)


def test_dumps_of_mappings_and_lineage() -> None:
    mapping = mx.FieldsMapping.specific({"a": {"c/d", "b"}, "x/y": {"z"}})
    assert mapping.model_dump(mode="json") == {
        "mapping": {"type": "specific", "mapping": {"a": [["b"], ["c", "d"]], "x/y": [["z"]]}}
    }
    assert mapping.model_dump()["mapping"]["mapping"] == {"a": {"b", "c/d"}, "x/y": {"z"}}
    lineage = mx.LineageRelationship.expansion(on=["a"])
    assert lineage.model_dump_json() == '{"relationship":{"type":"1:N","on":["a"],"id_generation_pattern":null}}'
    assert mx.LineageRelationship.aggregation(on=("a", "b")).relationship.on == ("a", "b")  # type: ignore[union-attr]


def test_versions_are_those_of_the_core() -> None:
    """Digests of spec/02's vectors."""
    field = anything.FieldSpec(key="default", code_version="1")
    made = spec("test/feature", id_columns=["sample_uid"], fields=[field])
    assert made.feature_spec_version == "a5eea973"
    fields = [
        anything.FieldSpec(key=key, code_version=str(n)) for key, n in (("frames", 1), ("audio", 2), ("metadata", 5))
    ]
    assert spec("video", fields=fields).code_version == "c4734a90"


# Faults.


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"key": None}, [("value_error", ("key",))]),
        ({"id_columns": []}, [("value_error", ())]),
        ({"id_columns": [1]}, [("string_type", ("id_columns", 0))]),
        ({"deps": [1]}, [("value_error", ("deps", "feature"))]),
        ({"deps": [{"x": 1}]}, [("missing", ("deps", "feature")), ("extra_forbidden", ("deps", "x"))]),
        ({"fields": None}, [("list_type", ("fields",))]),
        ({"fields": ["a", "a"]}, [("value_error", ())]),
        ({"fields": [["a", "b"]]}, [("model_type", ("fields", 0))]),
        ({"fields": [{"key": "a", "x": 1}]}, [("extra_forbidden", ("fields", 0, "x"))]),
        ({"metadata": []}, [("dict_type", ("metadata",))]),
        ({"description": 1}, [("string_type", ("description",))]),
        ({"zz": 1}, [("extra_forbidden", ("zz",))]),
    ],
)
def test_faults_of_specs(given: dict[str, Any], expected: Any) -> None:
    assert faults(lambda: spec(**given)) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, [("missing", ("feature",))]),
        ({"feature": None}, [("value_error", ("feature",))]),
        ({"feature": "a", "select": "x"}, [("tuple_type", ("select",))]),
        ({"feature": "a", "rename": ["x"]}, [("dict_type", ("rename",))]),
        ({"feature": "a", "rename": {"x": "y"}, "select": ["x"]}, [("value_error", ())]),
        ({"feature": "a", "filters": "x > 1"}, [("tuple_type", ("filters",))]),
        ({"feature": "a", "filters": [1]}, [("string_type", ("filters", 0))]),
        ({"feature": "a", "fields_mapping": {"type": "all"}}, [("missing", ("fields_mapping", "mapping"))]),
        ({"feature": "a", "lineage": None}, [("model_type", ("lineage",))]),
        (
            {"feature": "a", "lineage": {"relationship": {"type": "bad"}}},
            [("union_tag_invalid", ("lineage", "relationship"))],
        ),
        ({"feature": "a", "optional": "zz"}, [("bool_parsing", ("optional",))]),
    ],
)
def test_faults_of_dependencies(given: dict[str, Any], expected: Any) -> None:
    assert faults(lambda: anything.FeatureDep(**given)) == expected


def test_faults_of_fields() -> None:
    any_of = ("deps", "enum[SpecialFieldDep]"), ("deps", "list[FieldDep]")
    assert faults(lambda: anything.FieldSpec(key="a", deps="x")) == [("enum", any_of[0]), ("list_type", any_of[1])]
    assert faults(lambda: anything.FieldSpec(key="a", code_version=1)) == [("string_type", ("code_version",))]
    assert faults(lambda: anything.FieldSpec(key=mx.FeatureKey("a"))) == [("value_error", ("key",))]
    assert faults(lambda: anything.FieldDep(feature="a", fields="x")) == [("value_error", ("fields",))]
    assert faults(lambda: anything.FieldDep(feature="a", fields=[1])) == [("value_error", ("fields", 0))]
    assert faults(lambda: anything.FieldSpec.model_validate(1)) == [("model_type", ())]
    assert anything.FieldSpec.model_validate("a/b").key == mx.FieldKey("a/b")
    with pytest.raises(TypeError):
        anything.FieldSpec("a")


def test_faults_of_choices() -> None:
    assert faults(lambda: mx.LineageRelationship.aggregation(on="a")) == [("sequence_str", ("on",))]
    assert faults(lambda: ExpansionRelationship(on=None)) == [("is_instance_of", ("on",))]  # type: ignore[arg-type]
    assert faults(lambda: anything.FieldsMapping(mapping={})) == [("union_tag_not_found", ("mapping",))]
    assert faults(lambda: SpecificFieldsMapping()) == [("missing", ("mapping",))]  # type: ignore[call-arg]
    assert AggregationRelationship().get_aggregation_columns(["z"]) == ["z"]
    with pytest.raises(TypeError):
        anything.FieldsMapping.default(True)


def test_selections_take_sequences() -> None:
    assert faults(lambda: anything.FeatureSelection(projects="a")) == [("sequence_str", ("projects",))]
    assert anything.FeatureSelection(projects=("a",)).projects == ("a",)


# Definitions and graphs.


def test_feature_definitions_dump_what_is_asked_for() -> None:
    made = mx.FeatureDefinition(spec=spec(), feature_schema={"properties": {"é": {}}}, project="p")
    assert made.model_dump(include={"project"}) == {"project": "p"}
    assert "feature_schema" not in made.model_dump(exclude={"feature_schema"})
    assert made.model_dump(mode="json")["feature_schema"] == '{"properties":{"é":{}}}'
    assert "feature_schema={'properties'" in repr(made)


def test_downstream_features_while_upstreams_are_missing() -> None:
    class Lost(mx.BaseFeature, spec=spec("lost", deps=["nowhere"])):
        id: str

    class Up(mx.BaseFeature, spec=spec("up")):
        id: str

    class Down(mx.BaseFeature, spec=spec("down", deps=[Up])):
        id: str

    graph = mx.current_graph()
    assert graph.get_downstream_features([mx.FeatureKey("up")]) == [mx.FeatureKey("down")]
    assert graph.get_downstream_features([mx.FeatureKey("nowhere")]) == [mx.FeatureKey("lost")]


def test_plans_have_the_specs_as_written() -> None:
    class Own(anything.FieldSpec):
        owner: str = "me"

    class Up(mx.BaseFeature, spec=spec("up", fields=[Own(key="x")])):
        id: str

    class Down(mx.BaseFeature, spec=spec("down", deps=[Up])):
        id: str

    plan: Any = mx.current_graph().get_feature_plan(Down)
    assert plan.feature is Down.spec()
    assert plan.deps[0].fields[0].owner == "me"


def test_filters_are_members_of_models() -> None:
    class Holder(pydantic.BaseModel):
        wanted: NarwhalsFilter

    made = Holder(wanted="a = 1")  # type: ignore[arg-type]
    assert made.model_dump() == {"wanted": "a = 1"}
    assert faults(lambda: Holder(wanted="a =")) == [("value_error", ("wanted",))]  # type: ignore[arg-type]
