# SPDX-License-Identifier: Apache-2.0
"""Definitions where code written for the reference takes them for pydantic's models. Answers are the reference's."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Sequence
from typing import Any

import pydantic
import pytest
from pydantic import Field, ValidationError, field_validator, model_validator

import metaxy as mx
from metaxy.models.lineage import AggregationRelationship, ExpansionRelationship, IdentityRelationship

pytestmark = pytest.mark.usefixtures("compat")
anything: Any = mx  # type checkers do not know what definitions are given of pydantic's


def spec(key: Any = "a/b", **given: Any) -> mx.FeatureSpec:
    return mx.FeatureSpec(**{"key": key, "id_columns": ["id"], **given})


def faults(make: Callable[[], Any]) -> list[tuple[str, tuple[Any, ...]]]:
    with pytest.raises(ValidationError) as raised:
        make()
    return [(it["type"], it["loc"]) for it in raised.value.errors()]


# What classes tell.


@pytest.mark.parametrize(
    ("cls", "required", "optional"),
    [
        (mx.FeatureSpec, ["key", "id_columns"], ["deps", "fields", "metadata", "description"]),
        (mx.FieldSpec, [], ["key", "code_version", "deps"]),
        (mx.FieldDep, ["feature"], ["fields"]),
        (
            mx.FeatureDep,
            ["feature"],
            ["select", "rename", "fields_mapping", "sql_filters", "lineage", "optional"],
        ),
        (mx.FieldsMapping, ["mapping"], []),
        (mx.LineageRelationship, ["relationship"], []),
        (mx.DefaultFieldsMapping, [], ["type", "match_suffix", "exclude_fields"]),
        (mx.FeatureDefinition, ["spec", "feature_schema", "project"], ["feature_class_path"]),
        (mx.FeatureKey, ["root"], []),
        (mx.FieldKey, ["root"], []),
    ],
)
def test_fields_of_classes(cls: Any, required: list[str], optional: list[str]) -> None:
    fields = cls.model_fields
    assert sorted(name for name, it in fields.items() if it.is_required()) == sorted(required)
    assert sorted(name for name, it in fields.items() if not it.is_required()) == sorted(optional)


def test_defaults_of_fields() -> None:
    fields = anything.FeatureSpec.model_fields
    assert fields["description"].default is None
    assert fields["metadata"].default_factory is not None
    assert anything.FieldSpec.model_fields["code_version"].default == "__metaxy_initial__"
    assert anything.FeatureDep.model_fields["optional"].default is False


def test_json_schema_of_classes() -> None:
    schema = anything.FeatureSpec.model_json_schema()
    assert (schema["type"], schema["title"], schema["required"]) == ("object", "FeatureSpec", ["key", "id_columns"])
    assert sorted(schema["properties"]) == ["deps", "description", "fields", "id_columns", "key", "metadata"]

    class Holder(pydantic.BaseModel):
        key: mx.FeatureKey
        spec: mx.FeatureSpec | None = None

    assert sorted(Holder.model_json_schema()["properties"]) == ["key", "spec"]


def test_configurations_of_classes() -> None:
    assert anything.FeatureSpec.model_config["frozen"] is True
    assert anything.FeatureSpec.model_config["extra"] == "forbid"
    assert anything.FieldSpec.model_config.get("frozen") is None


def test_members_of_values() -> None:
    made: Any = spec()
    assert [name for name, _ in made] == ["key", "id_columns", "deps", "fields", "metadata", "description"]
    assert dict(anything.FieldSpec(key="x")) == {
        "key": mx.FieldKey("x"),
        "code_version": "__metaxy_initial__",
        "deps": [],
    }
    assert made.model_fields_set == {"key", "id_columns"}
    assert anything.FieldSpec.model_construct(key="x", code_version="2").code_version == "2"


# Printing and writing.


def test_representations() -> None:
    field = "FieldSpec(key=default, code_version='__metaxy_initial__', deps=[])"
    members = ["key=a/b", "id_columns=('id',)", "deps=[]", f"fields=[{field}]", "metadata={}", "description=None"]
    assert str(spec()) == " ".join(members)
    assert repr(spec()) == f"FeatureSpec({', '.join(members)})"
    kind = "IdentityRelationship(type=<LineageRelationshipType.IDENTITY: '1:1'>)"
    assert repr(mx.LineageRelationship.identity()) == f"LineageRelationship(relationship={kind})"
    assert repr(mx.FieldDep(feature="a", fields=["x", "y/z"])) == "FieldDep(feature=a, fields=[x, y/z])"


def test_json_texts() -> None:
    made = spec(fields=["x"])
    assert made.model_dump_json() == json.dumps(made.model_dump(mode="json"), separators=(",", ":"))
    assert made.model_dump_json(indent=2).startswith('{\n  "key": "a/b",\n  "id_columns": [\n    "id"\n  ],')
    assert made.model_dump_json(include={"key"}) == '{"key":"a/b"}'
    assert made.model_dump_json(exclude={"deps", "fields", "metadata"}, exclude_none=True) == (
        '{"key":"a/b","id_columns":["id"]}'
    )


@pytest.mark.parametrize(
    "kind",
    [
        mx.DefaultFieldsMapping(match_suffix=True, exclude_fields=["x"]),
        mx.AllFieldsMapping(),
        IdentityRelationship(),
        AggregationRelationship(on=["x"]),
        ExpansionRelationship(on=["x"], id_generation_pattern="p"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_kinds_of_mappings_and_lineage_are_models(kind: Any) -> None:
    cls = type(kind)
    assert cls.model_validate(kind.model_dump()) == kind
    assert cls.model_validate_json(kind.model_dump_json()) == kind
    assert cls.model_validate(kind) is kind
    assert kind.model_copy() == kind == pickle.loads(pickle.dumps(kind))


def test_copies_of_definitions_of_features() -> None:
    made = mx.FeatureDefinition(spec=spec(), feature_schema={"properties": {"id": {}}}, project="p")
    other = made.model_copy(update={"project": "q"})
    assert (made.project, other.project, other.columns, other.spec == made.spec) == ("p", "q", ["id"], True)


# Subclasses.


def test_subclasses_have_defaults() -> None:
    class Sample(anything.FeatureSpec):
        id_columns: pydantic.SkipValidation[Sequence[str]] = ("sample_uid",)

    made = Sample(key=["a", "b"], fields=["x"])
    assert isinstance(made, mx.FeatureSpec)
    assert list(made.id_columns) == ["sample_uid"]
    assert list(Sample(key="a", id_columns=["x"]).id_columns) == ["x"]
    assert (
        made.feature_spec_version
        == mx.FeatureSpec(key="a/b", id_columns=["sample_uid"], fields=["x"]).feature_spec_version
    )

    class Video(mx.BaseFeature, spec=made):
        sample_uid: str

    assert isinstance(Video.spec(), Sample)
    assert mx.current_graph().get_feature_version("a/b") == Video.feature_version()


def test_subclasses_have_members_of_their_own() -> None:
    class Owned(anything.FeatureSpec):
        id_columns: Sequence[str] = Field(default=("id",))
        owner: str = "nobody"

    made = Owned(key="a", owner="me")
    assert (made.owner, Owned(key="a").owner) == ("me", "nobody")
    assert sorted(Owned.model_fields) == sorted([*anything.FeatureSpec.model_fields, "owner"])
    assert made.model_dump()["owner"] == json.loads(made.model_dump_json())["owner"] == "me"
    assert Owned.model_validate(made.model_dump()).owner == "me"
    assert made.model_copy(update={"description": "d"}).owner == "me"
    assert faults(lambda: Owned(key="a", owner=3)) == [("string_type", ("owner",))]
    assert faults(lambda: Owned(key="a", other=3)) == [("extra_forbidden", ("other",))]


def test_subclasses_validate() -> None:
    class Checked(anything.FeatureSpec):
        @field_validator("description")
        @classmethod
        def upper(cls, value: str | None) -> str | None:
            return value.upper() if value else value

        @model_validator(mode="after")
        def has_owner(self) -> Checked:
            if "owner" not in self.metadata:
                raise ValueError("owner needed")
            return self

    made = Checked(key="a", id_columns=["id"], description="d", metadata={"owner": "me"})
    assert made.description == "D"
    assert faults(lambda: Checked(key="a", id_columns=["id"])) == [("value_error", ())]


def test_subclasses_of_dependencies() -> None:
    class Optional(anything.FeatureDep):
        optional: bool = True

    assert Optional(feature="a").optional
    assert spec(deps=[Optional(feature="a")]).deps[0].optional
    assert not spec(deps=[Optional(feature="a", optional=False)]).deps[0].optional


# Faults.


def test_unknown_members_cannot_be_set() -> None:
    made: Any = spec()
    with pytest.raises(ValidationError, match="frozen"):
        made.nowhere = 1


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (3, "Cannot create FeatureKey from int"),
        (None, "Cannot create FeatureKey from NoneType"),
        ("", "FeatureKey parts cannot be empty"),
        ("a//b", "FeatureKey parts cannot be empty"),
        ("A/b", "first part 'A' is invalid"),
        ("1a", "must start with a lowercase letter"),
        ("a__b", "cannot contain double underscores"),
        (["a/b"], "cannot contain forward slashes"),
    ],
)
def test_words_about_keys(wrong: Any, text: str) -> None:
    with pytest.raises(ValidationError, match=text):
        mx.FeatureKey(wrong)
    with pytest.raises(ValidationError, match=text.replace("FeatureKey", "FieldKey")):
        mx.FieldKey(wrong)


def test_words_of_the_graph() -> None:
    class Lost(mx.BaseFeature, spec=spec("lost", deps=["nowhere"])):
        other: str

    graph = mx.current_graph()
    with pytest.raises(KeyError, match="No feature with key zz found in graph. Available keys"):
        graph.get_feature_definition("zz")
    with pytest.raises(mx.MetaxyMissingFeatureDependency, match="depends on 'nowhere' which is not in the graph"):
        Lost.feature_version()
    with pytest.raises(ValueError, match="already registered"):
        graph.add_feature_definition(mx.FeatureDefinition(spec=spec("lost"), feature_schema={}, project="p"))
    with pytest.raises(ValidationError, match="not present in model fields"):
        Lost(other="x")
    with pytest.raises(KeyError, match="missing required fields"):
        mx.FeatureGraph.from_snapshot({"x": {}})
    with pytest.raises(ValidationError, match="At least one of"):
        mx.FeatureSelection()


def test_downstream_features_with_their_sources() -> None:
    class Up(mx.BaseFeature, spec=spec("up")):
        id: str

    class Down(mx.BaseFeature, spec=spec("down", deps=[Up])):
        id: str

    class Last(mx.BaseFeature, spec=spec("last", deps=[Down])):
        id: str

    graph = mx.current_graph()
    assert [str(key) for key in graph.get_downstream_features([Up])] == ["up", "down", "last"]
    assert [str(key) for key in graph.get_downstream_features([Down])] == ["down", "last"]
    assert [str(key) for key in graph.get_downstream_features(["nobody"])] == ["nobody"]
    assert [str(key) for key in graph.get_downstream_features([mx.FeatureKey("up")])] == ["down", "last"]
    assert graph.get_feature_plan(Up).feature_deps == []
