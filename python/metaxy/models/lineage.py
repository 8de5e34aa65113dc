# SPDX-License-Identifier: Apache-2.0
"""How samples of a feature come from those of an upstream."""

from metaxy._definitions import (
    AggregationRelationship,
    ExpansionRelationship,
    IdentityRelationship,
    LineageRelationship,
)
from metaxy.models.types import LineageRelationshipType

__all__ = [
    "AggregationRelationship",
    "ExpansionRelationship",
    "IdentityRelationship",
    "LineageRelationship",
    "LineageRelationshipType",
]
