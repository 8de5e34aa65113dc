# SPDX-License-Identifier: Apache-2.0
"""Features that are SQLModel tables as well. Needs `pip install metaxy[sqlmodel]`."""

from metaxy.ext.sqlmodel.metadata import filter_feature_sqlmodel_metadata
from metaxy.ext.sqlmodel.plugin import BaseSQLModelFeature, SQLModelFeatureConfig, SQLModelFeatureMeta

__all__ = [
    "BaseSQLModelFeature",
    "SQLModelFeatureConfig",
    "SQLModelFeatureMeta",
    "filter_feature_sqlmodel_metadata",
]
