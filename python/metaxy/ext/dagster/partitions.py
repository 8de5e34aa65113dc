# SPDX-License-Identifier: Apache-2.0
"""Partitions of assets as filters on features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg
import narwhals as nw

from metaxy.ext.dagster.constants import DAGSTER_METAXY_PARTITION_KEY, DAGSTER_METAXY_PARTITION_METADATA_KEY
from metaxy.ext.dagster.features import plain_value


def build_partition_filter(partition_col: str | None, partition_key: str | None) -> list[nw.Expr]:
    """Rows of one partition; no filter when column or key is None."""
    if partition_col is None or partition_key is None:
        return []
    return [nw.col(partition_col) == str(partition_key)]


def get_partition_filter(context: dg.AssetExecutionContext, spec: dg.AssetSpec) -> list[nw.Expr]:
    """Rows of the run's partition, in the column that the asset's metadata `partition_by` name."""
    return build_partition_filter(partition_column(spec.metadata), partition_key_of(context))


def build_metaxy_partition_filter(partition_metadata: Mapping[str, Any] | None) -> list[nw.Expr]:
    """What an asset's metadata `metaxy/partition` say: column by value, or by a list of values."""
    out = []
    for column, value in (partition_metadata or {}).items():
        is_many = isinstance(value, (list, tuple, set, frozenset))
        out.append(nw.col(column).is_in(list(value)) if is_many else nw.col(column) == value)
    return out


def build_partition_filter_from_input_context(context: dg.InputContext) -> list[nw.Expr]:
    """Rows of the upstream partitions that an input is mapped to; none when that is all of them."""
    upstream = context.upstream_output
    column = partition_column(upstream.definition_metadata if upstream is not None else None)
    if column is None or not context.has_asset_partitions:
        return []
    keys = list(context.asset_partition_keys)
    if len(keys) == 1:
        return build_partition_filter(column, keys[0])
    if _are_all(context, keys):
        return []
    return [nw.col(column).is_in([str(key) for key in keys])]


def _are_all(context: dg.InputContext, keys: list[str]) -> bool:
    known = context.asset_partitions_def.get_partition_keys(dynamic_partitions_store=context.instance)
    return set(known) <= set(keys)


def partition_column(metadata: Mapping[str, Any] | None) -> str | None:
    """The column that holds Dagster's partition key."""
    column = plain_value((metadata or {}).get(DAGSTER_METAXY_PARTITION_KEY))
    return column if isinstance(column, str) else None


def metaxy_partition(metadata: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The fixed part of a feature that an asset stands for. Raises: ValueError when it is no mapping."""
    given = plain_value((metadata or {}).get(DAGSTER_METAXY_PARTITION_METADATA_KEY))
    if given is not None and not isinstance(given, Mapping):
        raise ValueError(
            f"metadata {DAGSTER_METAXY_PARTITION_METADATA_KEY!r} is {type(given).__name__} and should be a mapping of "
            "columns to values"
        )
    return None if given is None else dict(given)


def partition_key_of(context: Any) -> str | None:
    """The partition of a run; None for a run of none, or of several."""
    return context.partition_key if context.has_partition_key else None
