# SPDX-License-Identifier: Apache-2.0
"""Tables of a store as SQLAlchemy knows them, for migrations with Alembic. Needs `pip install metaxy[sqlalchemy]`."""

from metaxy.ext.sqlalchemy.plugin import filter_feature_sqla_metadata, get_system_slqa_metadata

__all__ = ["filter_feature_sqla_metadata", "get_system_slqa_metadata"]
