# SPDX-License-Identifier: Apache-2.0
"""Tables in which a store keeps definitions."""

from typing import Any

from metaxy.metadata_store.system.keys import EVENTS_KEY, FEATURE_VERSIONS_KEY, METAXY_SYSTEM_KEY_PREFIX

_LAZY = {
    **{
        name: "metaxy.metadata_store.system.events"
        for name in (
            *("COL_EVENT_TYPE", "COL_EXECUTION_ID", "COL_FEATURE_KEY", "COL_PAYLOAD", "COL_PROJECT", "COL_TIMESTAMP"),
            *("EVENTS_SCHEMA", "Event", "EventType", "PayloadType"),
        )
    },
    "FEATURE_VERSIONS_SCHEMA": "metaxy.metadata_store.system.models",
    "FeatureVersionsModel": "metaxy.metadata_store.system.models",
    "SystemTableStorage": "metaxy.metadata_store.system.storage",
}
__all__ = ["EVENTS_KEY", "FEATURE_VERSIONS_KEY", "METAXY_SYSTEM_KEY_PREFIX", *_LAZY]


def __getattr__(name: str) -> Any:
    from metaxy._lazy import attribute

    return attribute(__name__, _LAZY, name)
