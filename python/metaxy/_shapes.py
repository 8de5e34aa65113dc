# SPDX-License-Identifier: Apache-2.0
"""Definitions as pydantic's models.

The core makes and checks definitions. These models are asked for what only pydantic can tell, check the members that a
subclass of a definition adds, and stand for the core's where code written for the reference runs (`_definitions`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    TypeAdapter,
    WrapValidator,
    field_serializer,
    model_validator,
)

from metaxy import _core
from metaxy.models.constants import DEFAULT_CODE_VERSION
from metaxy.models.types import FieldsMappingType, LineageRelationshipType, SpecialFieldDep, feature_key_of

_Key = Annotated[_core.FeatureKey, BeforeValidator(feature_key_of)]


class FeatureKey(RootModel[tuple[str, ...]]):
    model_config = ConfigDict(frozen=True)


class FieldKey(RootModel[tuple[str, ...]]):
    model_config = ConfigDict(frozen=True)


class _Model(BaseModel):
    """A definition; the core's of the same name can be given, too."""

    @model_validator(mode="before")
    @classmethod
    def _from_core(cls, value: Any) -> Any:
        known: Any = getattr(_core, cls.__name__, ())
        return value.model_dump(mode="json") if isinstance(value, known) else value


class _Strict(_Model):
    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class _Choice(_Model):
    model_config = ConfigDict(frozen=True)


class _FieldsChoice(_Choice):
    def resolve_field_deps(self, context: Any) -> set[_core.FieldKey]:
        """Keys of the upstream fields that are read."""
        from metaxy.models.fields_mapping import selected_fields

        return selected_fields(self, context)


class DefaultFieldsMapping(_FieldsChoice):
    type: Literal[FieldsMappingType.DEFAULT] = FieldsMappingType.DEFAULT
    match_suffix: bool = False
    exclude_fields: list[_core.FieldKey] = Field(default_factory=list)


class SpecificFieldsMapping(_FieldsChoice):
    type: Literal[FieldsMappingType.SPECIFIC] = FieldsMappingType.SPECIFIC
    mapping: dict[_core.FieldKey, set[_core.FieldKey]]

    @field_serializer("mapping", when_used="json")
    def _in_order(self, mapping: dict[_core.FieldKey, set[_core.FieldKey]]) -> dict[str, list[list[str]]]:
        return {str(key): [list(upstream.parts) for upstream in sorted(them)] for key, them in mapping.items()}


class AllFieldsMapping(_FieldsChoice):
    type: Literal[FieldsMappingType.ALL] = FieldsMappingType.ALL


class NoneFieldsMapping(_FieldsChoice):
    type: Literal[FieldsMappingType.NONE] = FieldsMappingType.NONE


class FieldsMapping(_FieldsChoice):
    mapping: Annotated[
        DefaultFieldsMapping | SpecificFieldsMapping | AllFieldsMapping | NoneFieldsMapping,
        Field(discriminator="type"),
    ]

    @classmethod
    def default(cls, *, match_suffix: bool = False, exclude_fields: Any = None) -> FieldsMapping:
        """Fields of the same key (or of a matching suffix), all of them where none matches."""
        excluded = [] if exclude_fields is None else exclude_fields
        return cls(mapping=DefaultFieldsMapping(match_suffix=match_suffix, exclude_fields=excluded))

    @classmethod
    def specific(cls, mapping: Mapping[Any, Any]) -> FieldsMapping:
        """Upstream fields by downstream field."""
        keys = {_core.FieldKey(key): {_core.FieldKey(it) for it in them} for key, them in mapping.items()}
        return cls(mapping=SpecificFieldsMapping(mapping=keys))

    @classmethod
    def all(cls) -> FieldsMapping:
        """Every upstream field."""
        return cls(mapping=AllFieldsMapping())

    @classmethod
    def none(cls) -> FieldsMapping:
        """No upstream field."""
        return cls(mapping=NoneFieldsMapping())


class _Relationship(_Choice):
    def get_aggregation_columns(self, target_id_columns: Sequence[str]) -> Sequence[str] | None:
        """Columns that members of a group share; None where there are no groups."""
        return None


class IdentityRelationship(_Relationship):
    type: Literal[LineageRelationshipType.IDENTITY] = LineageRelationshipType.IDENTITY


class AggregationRelationship(_Relationship):
    type: Literal[LineageRelationshipType.AGGREGATION] = LineageRelationshipType.AGGREGATION
    on: Sequence[str] | None = None

    def get_aggregation_columns(self, target_id_columns: Sequence[str]) -> Sequence[str] | None:
        return self.on if self.on is not None else target_id_columns


class ExpansionRelationship(_Relationship):
    type: Literal[LineageRelationshipType.EXPANSION] = LineageRelationshipType.EXPANSION
    on: Sequence[str]
    id_generation_pattern: str | None = None


class LineageRelationship(_Choice):
    relationship: Annotated[
        IdentityRelationship | AggregationRelationship | ExpansionRelationship, Field(discriminator="type")
    ]

    @classmethod
    def identity(cls) -> LineageRelationship:
        """One sample makes one."""
        return cls(relationship=IdentityRelationship())

    @classmethod
    def aggregation(cls, on: Sequence[str] | None = None) -> LineageRelationship:
        """Samples that agree in `on`, or in the feature's ids, make one."""
        return cls(relationship=AggregationRelationship(on=on))

    @classmethod
    def expansion(cls, on: Sequence[str], id_generation_pattern: str | None = None) -> LineageRelationship:
        """One sample makes many that agree in `on`."""
        return cls(relationship=ExpansionRelationship(on=on, id_generation_pattern=id_generation_pattern))

    def get_aggregation_columns(self, target_id_columns: Sequence[str]) -> Sequence[str] | None:
        """Columns that members of a group share; None where there are no groups."""
        return self.relationship.get_aggregation_columns(target_id_columns)


_field_keys = TypeAdapter(list[_core.FieldKey])


def _fields_or_all(value: Any, _: Any) -> Any:
    if isinstance(value, SpecialFieldDep):
        return value
    if not isinstance(value, str):
        return _field_keys.validate_python(list(value) if isinstance(value, _core.FieldKey) else value)
    if value != SpecialFieldDep.ALL.value:
        raise ValueError(f"String value must be {SpecialFieldDep.ALL.value}, got {value}; give a list of fields")
    return SpecialFieldDep.ALL


class FieldDep(_Strict):
    feature: _Key
    fields: Annotated[SpecialFieldDep | list[_core.FieldKey], WrapValidator(_fields_or_all)] = SpecialFieldDep.ALL


class FieldSpec(_Strict):
    key: _core.FieldKey = Field(default_factory=lambda: _core.FieldKey("default"))
    code_version: str = DEFAULT_CODE_VERSION
    deps: SpecialFieldDep | list[FieldDep] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:
        return {"key": value} if isinstance(value, str) else value


class FeatureDep(_Strict):
    feature: _Key
    select: tuple[str, ...] | None = None
    rename: dict[str, str] | None = None
    fields_mapping: FieldsMapping = Field(default_factory=FieldsMapping.default)
    sql_filters: tuple[str, ...] | None = Field(
        default=None, validation_alias=AliasChoices("filters", "sql_filters"), serialization_alias="filters"
    )
    lineage: LineageRelationship = Field(default_factory=LineageRelationship.identity)
    optional: bool = False

    @model_validator(mode="after")
    def _selects_new_names(self) -> FeatureDep:
        gone = {*(self.rename or {})} - {*(self.rename or {}).values()}
        if old := sorted(gone & {*(self.select or ())}):
            raise ValueError(f"select contains pre-rename column name(s) {old}: columns are renamed first")
        return self

    @cached_property
    def filters(self) -> tuple[Any, ...]:
        """The conditions as Narwhals expressions. Raises: FilterParseError."""
        from metaxy.models.filter_expression import expressions_of

        return expressions_of(self.sql_filters)

    def table_name(self) -> str:
        """The name of the upstream's table."""
        return self.feature.table_name


def _dependencies(value: Any) -> Any:
    """Whatever stands for dependencies: keys, classes, specs, members of a dependency."""
    if isinstance(value, (str, bytes)) or value is None:
        return [_dependency(value)]
    return [_dependency(item) for item in value]


def _dependency(item: Any) -> FeatureDep:
    if isinstance(item, (FeatureDep, dict, _core.FeatureDep)):
        return FeatureDep.model_validate(item)
    return FeatureDep(feature=item)


def _fields(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


class FeatureSpec(_Strict):
    model_config = ConfigDict(frozen=True)

    key: _core.FeatureKey
    id_columns: Annotated[tuple[str, ...], BeforeValidator(tuple)]
    deps: Annotated[list[FeatureDep], BeforeValidator(_dependencies)] = Field(default_factory=list)
    fields: Annotated[list[FieldSpec], BeforeValidator(_fields)] = Field(default_factory=lambda: [FieldSpec()])
    metadata: dict[str, Any] = Field(default_factory=dict)
    description: str | None = None

    @model_validator(mode="after")
    def _has_ids_and_different_fields(self) -> FeatureSpec:
        if not self.id_columns:
            raise ValueError("id_columns must be non-empty: name the columns that tell samples apart")
        keys = [field.key for field in self.fields]
        if twice := next((key for place, key in enumerate(keys) if key in keys[:place]), None):
            raise ValueError(f"Duplicate field key found: {twice}. Fields of a feature need keys of their own.")
        return self

    @property
    def fields_by_key(self) -> dict[_core.FieldKey, FieldSpec]:
        """The fields, in order."""
        return {field.key: field for field in self.fields}

    @property
    def deps_by_key(self) -> dict[_core.FeatureKey, FeatureDep]:
        """The dependencies, in order."""
        return {dep.feature: dep for dep in self.deps}

    def table_name(self) -> str:
        """The name of the feature's table."""
        return self.key.table_name

    def to_core(self) -> _core.FeatureSpec:
        """The same as the core knows it, without what a subclass adds."""
        return _core.FeatureSpec.model_validate(self.model_dump(mode="json", include=set(FeatureSpec.model_fields)))

    @property
    def code_version(self) -> str:
        """Digest of the fields' code versions."""
        return self.to_core().code_version

    @property
    def feature_spec_version(self) -> str:
        """Digest of the spec as written."""
        return self.to_core().feature_spec_version


class FeatureDefinition(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    spec: FeatureSpec
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
