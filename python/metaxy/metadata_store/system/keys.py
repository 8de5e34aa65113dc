# SPDX-License-Identifier: Apache-2.0
"""Keys of the tables in which a store keeps definitions."""

from __future__ import annotations

from metaxy._core import FeatureKey

METAXY_SYSTEM_KEY_PREFIX = "metaxy-system"
FEATURE_VERSIONS_KEY = FeatureKey([METAXY_SYSTEM_KEY_PREFIX, "feature_versions"])
EVENTS_KEY = FeatureKey([METAXY_SYSTEM_KEY_PREFIX, "events"])

# What the core keeps beside features: settings, times of writes, versions of fields, pushed definitions.
SYSTEM_TABLES = (
    "metaxy_system__store",
    "metaxy_system__times",
    "metaxy_system__field_versions",
    FEATURE_VERSIONS_KEY.table_name,
    EVENTS_KEY.table_name,
)


def is_system_key(key: FeatureKey) -> bool:
    """Whether a key names a table of metaxy's own."""
    return key[0] == METAXY_SYSTEM_KEY_PREFIX
