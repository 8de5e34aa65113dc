# SPDX-License-Identifier: Apache-2.0
"""From names of tables back to keys, for stores that lay tables out by the parts of their keys."""

from __future__ import annotations

from collections.abc import Sequence


def key_of_table(table: str) -> tuple[str, ...] | None:
    """The parts of the key of the active graph's feature whose table this is; None when it has no such feature."""
    from metaxy.models.feature_graph import FeatureGraph

    for key in FeatureGraph.get_active().feature_definitions_by_key:
        if key.table_name == table:
            return tuple(key.parts)
    return None


def default_key(table: str) -> tuple[str, ...]:
    """The parts of a key as the name of its table is made of them; hyphens are lost, but for metaxy's own tables."""
    first, *rest = table.split("__")
    return ("metaxy-system" if first == "metaxy_system" else first, *rest)


def table_of_parts(parts: Sequence[str]) -> str:
    """The name of the table of a key with these parts."""
    return "__".join(part.replace("-", "_") for part in parts)
