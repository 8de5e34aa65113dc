# SPDX-License-Identifier: Apache-2.0
"""The core's definitions as pydantic describes models: their fields, defaults and JSON Schema.

The core makes and checks definitions. These models are asked for what only pydantic can tell, and check the members
that a subclass of a definition adds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, RootModel

from metaxy import _core
from metaxy.models.constants import DEFAULT_CODE_VERSION
from metaxy.models.types import FieldsMappingType, LineageRelationshipType, SpecialFieldDep, feature_key_of

_Key = Annotated[_core.FeatureKey, BeforeValidator(feature_key_of)]
# What the core reads better than pydantic would.
_AsGiven = PlainValidator(lambda value: value, json_schema_input_type=Any)


class _Definition(BaseModel):
    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class _Frozen(_Definition):
    model_config = ConfigDict(frozen=True)


class FeatureKey(RootModel[tuple[str, ...]]):
    model_config = ConfigDict(frozen=True)


class FieldKey(RootModel[tuple[str, ...]]):
    model_config = ConfigDict(frozen=True)


class FieldDep(_Definition):
    feature: _Key
    fields: Annotated[list[_core.FieldKey] | Literal[SpecialFieldDep.ALL], _AsGiven] = SpecialFieldDep.ALL


class FieldSpec(_Definition):
    key: _core.FieldKey = Field(default_factory=lambda: _core.FieldKey("default"))
    code_version: str = DEFAULT_CODE_VERSION
    deps: Annotated[list[_core.FieldDep] | Literal[SpecialFieldDep.ALL], _AsGiven] = Field(default_factory=list)


class FeatureDep(_Definition):
    feature: _Key
    select: Annotated[tuple[str, ...] | None, _AsGiven] = None
    rename: dict[str, str] | None = None
    fields_mapping: _core.FieldsMapping = Field(default_factory=lambda: _core.FieldsMapping.default())
    sql_filters: Annotated[tuple[str, ...] | None, _AsGiven] = Field(
        default=None, validation_alias=AliasChoices("filters", "sql_filters"), serialization_alias="filters"
    )
    lineage: _core.LineageRelationship = Field(default_factory=lambda: _core.LineageRelationship.identity())
    optional: bool = False


class FeatureSpec(_Frozen):
    key: _Key
    id_columns: Annotated[Sequence[str], _AsGiven]
    deps: Annotated[list[_core.FeatureDep], _AsGiven] = Field(default_factory=list)
    fields: Annotated[list[_core.FieldSpec], _AsGiven] = Field(default_factory=lambda: [_core.FieldSpec(key="default")])
    metadata: dict[str, Any] = Field(default_factory=dict)
    description: str | None = None


class FieldsMapping(_Frozen):
    mapping: Any


class DefaultFieldsMapping(_Frozen):
    type: Literal[FieldsMappingType.DEFAULT] = FieldsMappingType.DEFAULT
    match_suffix: bool = False
    exclude_fields: list[_core.FieldKey] = Field(default_factory=list)


class SpecificFieldsMapping(_Frozen):
    type: Literal[FieldsMappingType.SPECIFIC] = FieldsMappingType.SPECIFIC
    mapping: dict[_core.FieldKey, set[_core.FieldKey]]


class AllFieldsMapping(_Frozen):
    type: Literal[FieldsMappingType.ALL] = FieldsMappingType.ALL


class NoneFieldsMapping(_Frozen):
    type: Literal[FieldsMappingType.NONE] = FieldsMappingType.NONE


class LineageRelationship(_Frozen):
    relationship: Any


class IdentityRelationship(_Frozen):
    type: Literal[LineageRelationshipType.IDENTITY] = LineageRelationshipType.IDENTITY


class AggregationRelationship(_Frozen):
    type: Literal[LineageRelationshipType.AGGREGATION] = LineageRelationshipType.AGGREGATION
    on: Sequence[str] | None = None


class ExpansionRelationship(_Frozen):
    type: Literal[LineageRelationshipType.EXPANSION] = LineageRelationshipType.EXPANSION
    on: Sequence[str]
    id_generation_pattern: str | None = None


class FeatureDefinition(_Frozen):
    spec: _core.FeatureSpec
    feature_schema: dict[str, Any]
    feature_class_path: str | None = None
    project: str = Field(min_length=1)


def shape_of(cls: type) -> type[BaseModel]:
    """The model that describes a definition, or a subclass of one."""
    for base in cls.__mro__:
        if "_shape" in base.__dict__:
            return base.__dict__["_shape"]
        if base.__module__ in (_core.__name__, "metaxy.models.feature_definition"):
            return globals()[base.__name__]
    raise TypeError(f"{cls.__name__} is no definition")
