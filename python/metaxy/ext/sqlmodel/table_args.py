# SPDX-License-Identifier: Apache-2.0
"""What SQLAlchemy is told of a feature's table."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table

from metaxy._definitions import FeatureSpec
from metaxy.ext.sqlalchemy.constraints import record_index, record_key

_INFO = "metaxy-system"


def feature_key_of(table: Table) -> str | None:
    """The key of the feature whose table this is."""
    return table.info.get(_INFO, {}).get("feature_key")


def table_args(class_name: str, given: Any, spec: FeatureSpec, *, primary_key: bool, index: bool) -> Any:
    """`__table_args__` with what a feature adds. Raises: ValueError when `given` is neither a tuple nor a dict."""
    items, options = _split(class_name, given)
    if primary_key:
        items.append(record_key(spec.key.table_name, spec.id_columns))
    if index:
        items.append(record_index(spec.key.table_name, spec.id_columns))
    info = {**options.get("info", {}), _INFO: {"feature_key": str(spec.key)}}
    options = {"extend_existing": True, **options, "info": info}
    return (*items, options) if items else options


def _split(class_name: str, given: Any) -> tuple[list[Any], dict[str, Any]]:
    if given is None:
        return [], {}
    if isinstance(given, dict):
        return [], dict(given)
    if not isinstance(given, tuple):
        raise ValueError(f"__table_args__ of {class_name} is {type(given).__name__} and should be a tuple or a dict")
    if given and isinstance(given[-1], dict):
        return list(given[:-1]), dict(given[-1])
    return list(given), {}
