# SPDX-License-Identifier: Apache-2.0
"""Names of the columns that metaxy keeps beside a user's own."""

from __future__ import annotations

SYSTEM_COLUMN_PREFIX = "metaxy_"
DEFAULT_CODE_VERSION = "__metaxy_initial__"

METAXY_PROVENANCE_BY_FIELD = "metaxy_provenance_by_field"
METAXY_PROVENANCE = "metaxy_provenance"
METAXY_FEATURE_VERSION = "metaxy_feature_version"
METAXY_PROJECT_VERSION = "metaxy_project_version"
METAXY_DEFINITION_VERSION = "metaxy_definition_version"
METAXY_DATA_VERSION_BY_FIELD = "metaxy_data_version_by_field"
METAXY_DATA_VERSION = "metaxy_data_version"
METAXY_CREATED_AT = "metaxy_created_at"
METAXY_UPDATED_AT = "metaxy_updated_at"
METAXY_DELETED_AT = "metaxy_deleted_at"
METAXY_MATERIALIZATION_ID = "metaxy_materialization_id"

ALL_SYSTEM_COLUMNS = frozenset(
    {
        METAXY_PROVENANCE_BY_FIELD,
        METAXY_PROVENANCE,
        METAXY_FEATURE_VERSION,
        METAXY_PROJECT_VERSION,
        METAXY_DATA_VERSION_BY_FIELD,
        METAXY_DATA_VERSION,
        METAXY_CREATED_AT,
        METAXY_UPDATED_AT,
        METAXY_DELETED_AT,
        METAXY_MATERIALIZATION_ID,
    }
)
SYSTEM_COLUMNS_WITH_LINEAGE = frozenset(
    {METAXY_PROVENANCE_BY_FIELD, METAXY_PROVENANCE, METAXY_DATA_VERSION_BY_FIELD, METAXY_DATA_VERSION}
)
_DROPPABLE = ALL_SYSTEM_COLUMNS - {METAXY_PROVENANCE_BY_FIELD, METAXY_PROVENANCE}


def is_system_column(name: str) -> bool:
    """Whether metaxy fills the column in."""
    return name in ALL_SYSTEM_COLUMNS


def is_droppable_system_column(name: str) -> bool:
    """Whether the column says nothing about what a sample was made from."""
    return name in _DROPPABLE | {METAXY_DATA_VERSION_BY_FIELD, METAXY_DATA_VERSION}
