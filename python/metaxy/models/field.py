# SPDX-License-Identifier: Apache-2.0
"""Fields and their dependencies."""

from __future__ import annotations

from typing import Any

from metaxy._core import FieldKey
from metaxy._definitions import FieldDep, FieldSpec
from metaxy.models.types import CoercibleToFieldKey, SpecialFieldDep

__all__ = ["CoercibleToFieldKey", "FieldDep", "FieldKey", "FieldSpec", "SpecialFieldDep"]


def __getattr__(name: str) -> Any:
    if name != "CoersibleToFieldSpecsTypeAdapter":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pydantic import TypeAdapter

    globals()[name] = TypeAdapter(list[FieldSpec])
    return globals()[name]
