# SPDX-License-Identifier: Apache-2.0
"""What a task on another machine has to know besides its store: definitions and rules."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from metaxy import _settings
from metaxy._errors import with_code
from metaxy.config import MetaxyConfig, active
from metaxy.entrypoints import init
from metaxy.ext.duckdb import DuckDBMetadataStore
from metaxy.metadata_store.fallback import FallbackStoreList
from metaxy.models.feature_graph import FeatureGraph

if TYPE_CHECKING:
    from metaxy.metadata_store.base import MetadataStore


@dataclass(frozen=True)
class Surroundings:
    """Graph and configuration as they are where the work is planned. Tasks get a copy, so that they need neither the
    project's files nor its environment variables."""

    graph: FeatureGraph
    config: MetaxyConfig

    @classmethod
    def taken(cls, config: MetaxyConfig | Path | str | None) -> Surroundings:
        """Of a configuration, which is activated and whose features are loaded; absent: the active one, or else the
        one that is found."""
        known = active() if config is None else None
        found = known if known is not None else init(config)
        rules = {"compat": "0.1" if _settings.is_compat() else None, "hash_format": _settings.requested_settings()[0]}
        return cls(FeatureGraph.get_active(), found.model_copy(update=rules))

    @contextmanager
    def active(self) -> Iterator[None]:
        """Makes them the active ones within a `with` block."""
        with self.graph.use(), self.config.use():
            yield


def for_tasks(store: MetadataStore) -> MetadataStore:
    """The store as tasks find it, whose working directory is another.

    Raises:
        ValueError: the store, or one that it falls back to, is in this process's memory.
    """
    out = copy.copy(store)
    out._fallbacks = FallbackStoreList([for_tasks(other) for other in store.fallback_stores])
    if not isinstance(store, DuckDBMetadataStore):
        return out
    if store.database in (":memory:", ""):
        raise with_code(
            ValueError(f"{store!r} is in this process's memory, where tasks of Ray cannot reach it"),
            "invalid_argument",
            "keep it in a file",
        )
    if ":" not in store.database:
        out.database = os.path.abspath(store.database)  # type: ignore[attr-defined]
    return out
