# SPDX-License-Identifier: Apache-2.0
"""Keys, the small enumerations of definitions, and what may stand for a key."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Union

from metaxy._core import FeatureKey, FieldKey

if TYPE_CHECKING:
    from metaxy._core import FeatureSpec
    from metaxy.models.feature import BaseFeature
    from metaxy.models.feature_definition import FeatureDefinition

__all__ = [
    "CoercibleToFeatureKey",
    "CoercibleToFieldKey",
    "FeatureKey",
    "FieldKey",
    "FieldsMappingType",
    "LineageRelationshipType",
    "PushResult",
    "SpecialFieldDep",
    "ValidatedFeatureKey",
    "ValidatedFeatureKeyAdapter",
    "ValidatedFeatureKeySequence",
    "ValidatedFeatureKeySequenceAdapter",
    "ValidatedFieldKey",
    "ValidatedFieldKeyAdapter",
    "ValidatedFieldKeySequence",
    "ValidatedFieldKeySequenceAdapter",
    "coerce_to_feature_key",
]


KEY_SEPARATOR = FEATURE_KEY_SEPARATOR = FIELD_KEY_SEPARATOR = "/"


class SpecialFieldDep(Enum):
    """Stands for all fields, of one upstream or of every one."""

    ALL = "__METAXY_ALL_DEP__"


class FieldsMappingType(str, Enum):
    """Which upstream fields a field reads when it does not say."""

    DEFAULT = "default"
    SPECIFIC = "specific"
    ALL = "all"
    NONE = "none"


class LineageRelationshipType(str, Enum):
    """How many samples of the upstream make how many of the feature."""

    IDENTITY = "1:1"
    AGGREGATION = "N:1"
    EXPANSION = "1:N"


class PushResult(NamedTuple):
    """What a push did.

    Attributes:
        project_version: under which the definitions are recorded.
        already_pushed: this version of the project was the one recorded last.
        updated_features: features that were recorded again although it was.
    """

    project_version: str
    already_pushed: bool
    updated_features: list[str]


CoercibleToFeatureKey = Union[str, Sequence[str], FeatureKey, "FeatureSpec", "FeatureDefinition", "type[BaseFeature]"]
CoercibleToFieldKey = Union[str, Sequence[str], FieldKey]


def feature_key_of(value: Any) -> Any:
    """What stands for a feature, as something `FeatureKey` takes."""
    if isinstance(value, (str, FeatureKey)):
        return value
    spec = getattr(value, "spec", None)
    if callable(spec):
        spec = spec()
    if spec is not None:
        return spec.key
    if not isinstance(value, (list, tuple, dict)) and hasattr(value, "id_columns"):
        return value.key
    return value


def coerce_to_feature_key(value: CoercibleToFeatureKey) -> FeatureKey:
    """The key that a text, parts, a spec, a definition or a feature class stands for.

    Raises:
        pydantic.ValidationError: for anything else.
    """
    return value if isinstance(value, FeatureKey) else FeatureKey(feature_key_of(value))


def _lazy_types() -> dict[str, Any]:
    from pydantic import BeforeValidator, TypeAdapter

    feature = Annotated[FeatureKey, BeforeValidator(feature_key_of)]
    return {
        "FeatureKeyAdapter": TypeAdapter(FeatureKey),
        "FieldKeyAdapter": TypeAdapter(FieldKey),
        "ValidatedFeatureKey": feature,
        "ValidatedFieldKey": FieldKey,
        "ValidatedFeatureKeySequence": Sequence[feature],
        "ValidatedFieldKeySequence": Sequence[FieldKey],
        "ValidatedFeatureKeyAdapter": TypeAdapter(feature),
        "ValidatedFieldKeyAdapter": TypeAdapter(FieldKey),
        "ValidatedFeatureKeySequenceAdapter": TypeAdapter(Sequence[feature]),
        "ValidatedFieldKeySequenceAdapter": TypeAdapter(Sequence[FieldKey]),
    }


def __getattr__(name: str) -> Any:
    if not name.startswith("Validated") and name not in ("FeatureKeyAdapter", "FieldKeyAdapter"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals().update(_lazy_types())
    try:
        return globals()[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
