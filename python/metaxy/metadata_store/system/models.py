# SPDX-License-Identifier: Apache-2.0
"""Rows of the table of definitions."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from metaxy._version import __version__

if TYPE_CHECKING:
    import polars as pl

    FEATURE_VERSIONS_SCHEMA: dict[str, Any]

__all__ = ["FEATURE_VERSIONS_SCHEMA", "FeatureVersionsModel"]


def _with_own_tag(given: Any) -> Any:
    """Tags, as values or as JSON, as the JSON text that is stored: with the version of metaxy."""
    if not isinstance(given, (dict, str)):
        return given
    tags = given if isinstance(given, dict) else json.loads(given or "{}")
    return json.dumps({**tags, "metaxy": tags.get("metaxy") or json.dumps({"version": __version__})})


class FeatureVersionsModel(BaseModel):
    """A definition as it was recorded by a push."""

    project: str
    feature_key: str
    metaxy_feature_version: str
    metaxy_definition_version: str
    recorded_at: datetime
    feature_spec: str
    feature_schema: str
    feature_class_path: str | None
    metaxy_project_version: str
    tags: Annotated[str, BeforeValidator(_with_own_tag)] = Field(default="{}", validate_default=True)
    deleted_at: datetime | None = None

    def to_polars(self) -> pl.DataFrame:
        """The definition as a row of the table."""
        import polars as pl

        return pl.DataFrame([self.model_dump()], schema=_schema())

    @property
    def tag_values(self) -> dict[str, Any]:
        """What the push was tagged with."""
        return json.loads(self.tags)


@cache
def _schema() -> dict[str, Any]:
    import polars as pl

    text, moment = pl.String(), pl.Datetime("us")
    moments = {"recorded_at", "deleted_at"}
    return {field: moment if field in moments else text for field in FeatureVersionsModel.model_fields}


def __getattr__(name: str) -> Any:
    if name != "FEATURE_VERSIONS_SCHEMA":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _schema()
