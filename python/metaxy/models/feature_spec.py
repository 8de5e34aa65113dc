# SPDX-License-Identifier: Apache-2.0
"""A feature as written."""

from collections.abc import Sequence
from typing import Any

from metaxy._definitions import FeatureDep, FeatureSpec, FieldSpec
from metaxy.models.types import CoercibleToFeatureKey, FeatureKey

__all__ = [
    "CoercibleToFeatureKey",
    "FeatureDep",
    "FeatureDepMetadata",
    "FeatureKey",
    "FeatureSpec",
    "FeatureSpecWithIDColumns",
    "FieldSpec",
    "IDColumns",
]

FeatureSpecWithIDColumns = FeatureSpec
FeatureDepMetadata = dict[str, Any]
IDColumns = Sequence[str]
