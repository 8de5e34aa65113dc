# SPDX-License-Identifier: Apache-2.0
"""What Dagster's definitions and events say about a feature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from metaxy._core import FeatureKey
from metaxy._definitions import FeatureSpec
from metaxy._version import __version__
from metaxy.ext.dagster.constants import (
    DAGSTER_METAXY_FEATURE_CODE_VERSION_TAG_KEY,
    DAGSTER_METAXY_FEATURE_METADATA_KEY,
    DAGSTER_METAXY_FEATURE_VERSION_TAG_KEY,
    METAXY_DAGSTER_METADATA_KEY,
)
from metaxy.models.feature_definition import FeatureDefinition
from metaxy.models.feature_graph import FeatureGraph
from metaxy.models.types import CoercibleToFeatureKey, coerce_to_feature_key

_TAG_LENGTH = 63


def plain_value(value: Any) -> Any:
    """A metadata value without Dagster's wrapper."""
    return value.value if isinstance(value, dg.MetadataValue) else value


def feature_key_of_metadata(metadata: Mapping[str, Any] | None) -> FeatureKey | None:
    """The feature that an asset's metadata name. Raises: pydantic.ValidationError for what is no key."""
    given = plain_value((metadata or {}).get(DAGSTER_METAXY_FEATURE_METADATA_KEY))
    return None if given is None else coerce_to_feature_key(given)


def dagster_attributes(spec: FeatureSpec) -> dict[str, Any]:
    """What a feature's own metadata say about its asset. Raises: ValueError when they are no mapping."""
    given = spec.metadata.get(METAXY_DAGSTER_METADATA_KEY)
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise ValueError(
            f"metadata {METAXY_DAGSTER_METADATA_KEY!r} of feature {spec.key} is {type(given).__name__} and should be a "
            "mapping of attributes of AssetSpec"
        )
    return dict(given)


def get_asset_key_for_metaxy_feature_spec(feature_spec: FeatureSpec) -> dg.AssetKey:
    """The key of a feature's asset: as its `dagster/attributes` say, or else the feature's own."""
    own = dagster_attributes(feature_spec).get("asset_key")
    return asset_key(own) if own else dg.AssetKey(list(feature_spec.key.parts))


def asset_key(value: dg.AssetKey | str | Sequence[str]) -> dg.AssetKey:
    """A key from parts, or from a text with slashes."""
    if isinstance(value, dg.AssetKey):
        return value
    return dg.AssetKey.from_user_string(value) if isinstance(value, str) else dg.AssetKey(list(value))


def registered(feature: Any) -> FeatureDefinition:
    """The definition of a feature, given in any way. Raises: KeyError."""
    if isinstance(feature, FeatureDefinition):
        return feature
    return FeatureGraph.get_active().get_feature_definition(feature)


def build_feature_info_metadata(feature: CoercibleToFeatureKey) -> dict[str, Any]:
    """The value of `metaxy/info`: the feature's spec and version, and the metaxy at work."""
    from metaxy.config import active

    definition = registered(feature)
    config = active()
    return {
        "feature": {
            "project": definition.project,
            "spec": definition.spec.model_dump(mode="json"),
            "version": FeatureGraph.get_active().get_feature_version(definition.key),
            "type": definition.feature_class_path,
        },
        "metaxy": {"version": __version__, "plugins": config.plugins if config is not None else []},
    }


def build_feature_event_tags(feature: CoercibleToFeatureKey) -> dict[str, str]:
    """Tags of materializations and observations of a feature."""
    definition = registered(feature)
    version = FeatureGraph.get_active().get_feature_version(definition.key)
    return {
        DAGSTER_METAXY_FEATURE_METADATA_KEY: definition.table_name,
        DAGSTER_METAXY_FEATURE_VERSION_TAG_KEY: version[:_TAG_LENGTH],
        DAGSTER_METAXY_FEATURE_CODE_VERSION_TAG_KEY: definition.spec.code_version[:_TAG_LENGTH],
    }
