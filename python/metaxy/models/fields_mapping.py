# SPDX-License-Identifier: Apache-2.0
"""Which upstream fields a field reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from metaxy._core import FieldKey
from metaxy._definitions import (
    AllFieldsMapping,
    DefaultFieldsMapping,
    FeatureSpec,
    FieldsMapping,
    NoneFieldsMapping,
    SpecificFieldsMapping,
)
from metaxy.models.types import FieldsMappingType

__all__ = [
    "AllFieldsMapping",
    "DefaultFieldsMapping",
    "FieldsMapping",
    "FieldsMappingResolutionContext",
    "FieldsMappingType",
    "NoneFieldsMapping",
    "SpecificFieldsMapping",
]

_KINDS = (DefaultFieldsMapping, SpecificFieldsMapping, AllFieldsMapping, NoneFieldsMapping)


@dataclass(frozen=True)
class FieldsMappingResolutionContext:
    """A field, and the upstream of whose fields it may read some."""

    field_key: FieldKey
    upstream_feature: FeatureSpec

    @property
    def upstream_feature_fields(self) -> set[FieldKey]:
        """Keys of all fields of the upstream."""
        return {field.key for field in self.upstream_feature.fields}


def selected_fields(mapping: Any, context: FieldsMappingResolutionContext) -> set[FieldKey]:
    """Keys of the upstream fields that a mapping selects for the context's field."""
    kind = mapping.mapping if isinstance(mapping, FieldsMapping) else mapping
    known = context.upstream_feature_fields
    if isinstance(kind, SpecificFieldsMapping):
        return set(kind.mapping.get(context.field_key, set())) & known
    if not isinstance(kind, DefaultFieldsMapping):
        return known if isinstance(kind, AllFieldsMapping) else set()
    candidates = known - set(kind.exclude_fields)
    key = context.field_key
    chosen = {it for it in candidates if it == key or (kind.match_suffix and _ends_with(it, key))}
    return chosen or candidates


def _ends_with(upstream: FieldKey, key: FieldKey) -> bool:
    count = len(key)
    return count <= len(upstream) and tuple(upstream.parts[-count:]) == tuple(key.parts)


def _kind_of(value: Any) -> Any:
    if isinstance(value, _KINDS):
        return value
    return (value if isinstance(value, FieldsMapping) else FieldsMapping(mapping=value)).mapping


def __getattr__(name: str) -> Any:
    if name != "FieldsMappingAdapter":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pydantic import PlainSerializer, PlainValidator, TypeAdapter

    def dump(value: Any, info: Any) -> Any:
        return value.model_dump(mode=info.mode)

    globals()[name] = TypeAdapter(Annotated[Any, PlainValidator(_kind_of), PlainSerializer(dump)])
    return globals()[name]
