# SPDX-License-Identifier: Apache-2.0
"""Features as Ray datasets. Needs `pip install metaxy[ray]`."""

from metaxy.ext.ray.datasink import MetaxyDatasink, MetaxyWriteResult
from metaxy.ext.ray.datasource import MetaxyDatasource

__all__ = ["MetaxyDatasink", "MetaxyDatasource", "MetaxyWriteResult"]
