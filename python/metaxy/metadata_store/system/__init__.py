# SPDX-License-Identifier: Apache-2.0
"""Tables in which a store keeps definitions."""

from typing import Any

from metaxy.metadata_store.system.keys import EVENTS_KEY, FEATURE_VERSIONS_KEY, METAXY_SYSTEM_KEY_PREFIX

_OF_EVENTS = (
    *("COL_EVENT_TYPE", "COL_EXECUTION_ID", "COL_FEATURE_KEY", "COL_PAYLOAD", "COL_PROJECT", "COL_TIMESTAMP"),
    *("EVENTS_SCHEMA", "Event", "EventType", "PayloadType"),
)
_LAZY = {
    **dict.fromkeys(_OF_EVENTS, "metaxy.metadata_store.system.events"),
    "FEATURE_VERSIONS_SCHEMA": "metaxy.metadata_store.system.models",
    "FeatureVersionsModel": "metaxy.metadata_store.system.models",
    "SystemTableStorage": "metaxy.metadata_store.system.storage",
}
__all__ = ["EVENTS_KEY", "FEATURE_VERSIONS_KEY", "METAXY_SYSTEM_KEY_PREFIX", *_LAZY]


def __getattr__(name: str) -> Any:
    from metaxy._lazy import attribute

    return attribute(__name__, _LAZY, name)
