# SPDX-License-Identifier: Apache-2.0
"""A feature with everything that resolving it needs to know about its upstreams."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from metaxy._core import FeatureKey, FieldKey
from metaxy._definitions import FeatureDep, FeatureSpec, FieldSpec
from metaxy.models.lineage import AggregationRelationship, ExpansionRelationship


class FQFieldKey:
    """A field of a feature: `feature/key.field/key`.

    Examples:
        >>> FQFieldKey(feature="video/raw", field="audio").to_string()
        'video/raw.audio'
    """

    __slots__ = ("feature", "field")

    def __init__(self, *, feature: Any, field: Any) -> None:
        self.feature = FeatureKey(feature)
        self.field = FieldKey(field)

    def to_string(self) -> str:
        """`feature/key.field/key`."""
        return f"{self.feature}.{self.field}"

    def __str__(self) -> str:
        return self.to_string()

    def __repr__(self) -> str:
        return self.to_string()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FQFieldKey) and (self.feature, self.field) == (other.feature, other.field)

    def __hash__(self) -> int:
        return hash((self.feature, self.field))

    def __lt__(self, other: FQFieldKey) -> bool:
        return self.to_string() < other.to_string()


@dataclass(frozen=True)
class FeaturePlan:
    """What the graph knows about resolving one feature.

    Attributes:
        deps: specs of the direct upstreams, in order; None for a root.
        feature_deps: the dependencies, in order; None for a root.
    """

    feature: FeatureSpec
    deps: list[FeatureSpec] | None
    feature_deps: list[FeatureDep] | None
    _parents: dict[FieldKey, list[FQFieldKey]] = field(default_factory=dict, repr=False)

    @property
    def parent_features_by_key(self) -> dict[FeatureKey, FeatureSpec]:
        """Specs of the direct upstreams by key; empty for a root."""
        return {spec.key: spec for spec in self.deps or []}

    @property
    def required_deps(self) -> list[FeatureDep]:
        """Dependencies without which there is no sample."""
        return [dep for dep in self.feature_deps or [] if not dep.optional]

    @property
    def optional_deps(self) -> list[FeatureDep]:
        """Dependencies without which a sample exists all the same."""
        return [dep for dep in self.feature_deps or [] if dep.optional]

    @property
    def field_dependencies(self) -> dict[FieldKey, dict[FeatureKey, list[FieldKey]]]:
        """By field: which fields of which upstreams it reads."""
        out: dict[FieldKey, dict[FeatureKey, list[FieldKey]]] = {}
        for key, parents in self._parents.items():
            by_feature = out.setdefault(key, {})
            for parent in parents:
                by_feature.setdefault(parent.feature, []).append(parent.field)
        return out

    def get_parent_fields_for_field(self, key: Any) -> dict[FQFieldKey, FieldSpec]:
        """The upstream fields that a field reads. Raises: KeyError."""
        specs = self.parent_features_by_key
        return {
            parent: specs[parent.feature].fields_by_key[parent.field] for parent in self._parents[FieldKey(key)]
        }

    @property
    def parent_fields_by_key(self) -> dict[FQFieldKey, FieldSpec]:
        """Every field of every upstream."""
        return {
            FQFieldKey(feature=spec.key, field=item.key): item for spec in self.deps or [] for item in spec.fields
        }

    all_parent_fields_by_key = parent_fields_by_key

    @property
    def parent_fields_by_feature_key(self) -> dict[FeatureKey, set[FieldKey]]:
        """Upstream fields that any field of the feature reads."""
        out: dict[FeatureKey, set[FieldKey]] = {spec.key: set() for spec in self.deps or []}
        for parents in self._parents.values():
            for parent in parents:
                out[parent.feature].add(parent.field)
        return out

    def get_input_id_columns_for_dep(self, feature_dep: FeatureDep) -> list[str]:
        """Columns, as they are called after renaming, by which an upstream's rows belong to samples."""
        relationship = feature_dep.lineage.relationship
        if isinstance(relationship, AggregationRelationship):
            return list(relationship.on if relationship.on is not None else self.feature.id_columns)
        if isinstance(relationship, ExpansionRelationship):
            return list(relationship.on)
        return self._renamed_ids(feature_dep)

    def _renamed_ids(self, dep: FeatureDep) -> list[str]:
        rename = dep.rename or {}
        return [rename.get(name, name) for name in self.parent_features_by_key[dep.feature].id_columns]

    @property
    def input_id_columns(self) -> list[str]:
        """Columns that all upstreams are matched by."""
        columns = [self.get_input_id_columns_for_dep(dep) for dep in self.feature_deps or []]
        if not columns:
            return []
        shared = set(columns[0]).intersection(*columns[1:])
        return [name for name in columns[0] if name in shared]

    @property
    def upstream_id_columns(self) -> list[str]:
        """Id columns of all upstreams, as they are called after renaming."""
        out: dict[str, None] = {}
        for dep in self.feature_deps or []:
            out.update(dict.fromkeys(self._renamed_ids(dep)))
        return list(out)
