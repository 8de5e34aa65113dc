# SPDX-License-Identifier: Apache-2.0
"""Selections of assets."""

from __future__ import annotations

import dagster as dg

from metaxy.ext.dagster.constants import DAGSTER_METAXY_FEATURE_METADATA_KEY, DAGSTER_METAXY_PROJECT_TAG_KEY
from metaxy.models.types import CoercibleToFeatureKey, coerce_to_feature_key


def select_metaxy_assets(
    *, project: str | None = None, feature: CoercibleToFeatureKey | None = None
) -> dg.AssetSelection:
    """Assets of the features of a project, or of one feature of it.

    Args:
        project: absent: the configured one.

    Raises:
        ValueError: no project is given, and none is configured.
    """
    from metaxy.config import active

    config = active()
    if project is None and config is not None:
        project = config.project
    if project is None:
        raise ValueError("project must be specified, as `project` or in metaxy.toml")
    selection = dg.AssetSelection.tag(DAGSTER_METAXY_PROJECT_TAG_KEY, project)
    if feature is None:
        return selection
    table = coerce_to_feature_key(feature).table_name
    return selection & dg.AssetSelection.tag(DAGSTER_METAXY_FEATURE_METADATA_KEY, table)
