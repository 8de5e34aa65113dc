# SPDX-License-Identifier: Apache-2.0
"""Keys of the tables in which a store keeps definitions."""

from __future__ import annotations

from metaxy._core import FeatureKey

METAXY_SYSTEM_KEY_PREFIX = "metaxy-system"
FEATURE_VERSIONS_KEY = FeatureKey([METAXY_SYSTEM_KEY_PREFIX, "feature_versions"])
EVENTS_KEY = FeatureKey([METAXY_SYSTEM_KEY_PREFIX, "events"])


def is_system_key(key: FeatureKey) -> bool:
    """Whether a key names a table of metaxy's own."""
    return key[0] == METAXY_SYSTEM_KEY_PREFIX
