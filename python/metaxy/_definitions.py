# SPDX-License-Identifier: Apache-2.0
"""The classes of definitions: the core's, or pydantic's models where code written for the reference runs.

Which of them is decided once, when metaxy is imported, because a class cannot become another one later.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from metaxy import _core
from metaxy._core import (
    AggregationRelationship,
    AllFieldsMapping,
    DefaultFieldsMapping,
    ExpansionRelationship,
    FeatureDep,
    FeatureSpec,
    FieldDep,
    FieldsMapping,
    FieldSpec,
    IdentityRelationship,
    LineageRelationship,
    NoneFieldsMapping,
    SpecificFieldsMapping,
)

_ARE_MODELS = os.environ.get("METAXY_COMPAT", "") == "0.1"

if not TYPE_CHECKING and _ARE_MODELS:
    from metaxy._shapes import (
        AggregationRelationship,
        AllFieldsMapping,
        DefaultFieldsMapping,
        ExpansionRelationship,
        FeatureDep,
        FeatureSpec,
        FieldDep,
        FieldsMapping,
        FieldSpec,
        IdentityRelationship,
        LineageRelationship,
        NoneFieldsMapping,
        SpecificFieldsMapping,
    )

__all__ = [
    "AggregationRelationship",
    "AllFieldsMapping",
    "DefaultFieldsMapping",
    "ExpansionRelationship",
    "FeatureDep",
    "FeatureSpec",
    "FieldDep",
    "FieldSpec",
    "FieldsMapping",
    "IdentityRelationship",
    "LineageRelationship",
    "NoneFieldsMapping",
    "SpecificFieldsMapping",
    "core_spec",
]


def core_spec(spec: Any) -> _core.FeatureSpec:
    """A spec as the core takes it. Raises: pydantic.ValidationError."""
    return spec.to_core() if _ARE_MODELS else spec
