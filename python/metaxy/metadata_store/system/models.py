# SPDX-License-Identifier: Apache-2.0
"""Rows of the table of definitions."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    import polars as pl

__all__ = ["FEATURE_VERSIONS_SCHEMA", "FeatureVersionsModel"]


class FeatureVersionsModel(BaseModel):
    """A definition as it was recorded by a push."""

    model_config = ConfigDict(frozen=True)

    project: str
    feature_key: str
    metaxy_feature_version: str
    metaxy_definition_version: str
    recorded_at: datetime
    feature_spec: str
    feature_schema: str
    feature_class_path: str | None
    metaxy_project_version: str
    tags: str = Field(default="{}")
    deleted_at: datetime | None = None

    def to_polars(self) -> pl.DataFrame:
        import polars as pl

        return pl.DataFrame([self.model_dump()], schema=FEATURE_VERSIONS_SCHEMA)

    @property
    def tag_values(self) -> dict[str, Any]:
        return json.loads(self.tags)


def __getattr__(name: str) -> Any:
    if name != "FEATURE_VERSIONS_SCHEMA":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import polars as pl

    text, moment = pl.String(), pl.Datetime("us")
    moments = {"recorded_at", "deleted_at"}
    schema = {field: moment if field in moments else text for field in FeatureVersionsModel.model_fields}
    globals()[name] = schema
    return schema
