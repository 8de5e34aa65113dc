# SPDX-License-Identifier: Apache-2.0
"""Which features are meant: whole projects, single ones, or all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from metaxy._core import FeatureKey
from metaxy.models.types import CoercibleToFeatureKey, feature_key_of

Item = TypeVar("Item")


class FeatureSelection(BaseModel):
    """Features of `projects` and features named by `keys` together, or `all`. Combined by `|`, `&` and `-`.

    Examples:
        >>> (FeatureSelection(projects=["a"]) | FeatureSelection(projects=["b"])).projects
        ['a', 'b']
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    projects: Sequence[str] | None = None
    keys: Sequence[Annotated[FeatureKey, BeforeValidator(feature_key_of)]] | None = None
    all: bool | None = None

    if TYPE_CHECKING:  # whatever stands for a key is taken

        def __init__(
            self,
            *,
            projects: Sequence[str] | None = None,
            keys: Sequence[CoercibleToFeatureKey] | None = None,
            all: bool | None = None,
        ) -> None: ...

    @model_validator(mode="after")
    def _selects_something(self) -> FeatureSelection:
        if not (self.all or self.projects or self.keys):
            raise ValueError("At least one of 'projects', 'keys' and 'all' must be specified")
        return self

    def __or__(self, other: FeatureSelection) -> FeatureSelection:
        if self.all or other.all:
            return FeatureSelection(all=True)
        return FeatureSelection(projects=_union(self.projects, other.projects), keys=_union(self.keys, other.keys))

    def __and__(self, other: FeatureSelection) -> FeatureSelection:
        if self.all or other.all:
            return other if self.all else self
        return FeatureSelection(
            projects=_intersection(self.projects, other.projects), keys=_intersection(self.keys, other.keys)
        )

    def __sub__(self, other: FeatureSelection) -> FeatureSelection:
        if other.all:
            return FeatureSelection(keys=[])
        if self.all:
            return self
        return FeatureSelection(
            projects=_difference(self.projects, other.projects), keys=_difference(self.keys, other.keys)
        )


def _union(one: Sequence[Any] | None, other: Sequence[Any] | None) -> Sequence[Any] | None:
    if one is None or other is None:
        return other if one is None else one
    return sorted({*one, *other})


def _intersection(one: Sequence[Any] | None, other: Sequence[Any] | None) -> list[Any] | None:
    if one is None or other is None:
        return None
    return sorted(set(one) & set(other)) or None


def _difference(one: Sequence[Any] | None, other: Sequence[Any] | None) -> Sequence[Any] | None:
    if one is None or other is None:
        return one
    return sorted(set(one) - set(other)) or None
