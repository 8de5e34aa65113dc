# SPDX-License-Identifier: Apache-2.0
"""Which upstream fields a field reads."""

from __future__ import annotations

from typing import Any

from metaxy._core import (
    AllFieldsMapping,
    DefaultFieldsMapping,
    FieldsMapping,
    NoneFieldsMapping,
    SpecificFieldsMapping,
)
from metaxy.models.types import FieldsMappingType

__all__ = [
    "AllFieldsMapping",
    "DefaultFieldsMapping",
    "FieldsMapping",
    "FieldsMappingType",
    "NoneFieldsMapping",
    "SpecificFieldsMapping",
]


def __getattr__(name: str) -> Any:
    if name != "FieldsMappingAdapter":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pydantic import TypeAdapter

    globals()[name] = TypeAdapter(FieldsMapping)
    return globals()[name]
