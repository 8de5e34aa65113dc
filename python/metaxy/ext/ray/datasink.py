# SPDX-License-Identifier: Apache-2.0
"""A Ray dataset written as records of a feature."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ray.data import Datasink
from ray.data.block import BlockAccessor

from metaxy._decorators import public
from metaxy.config import MetaxyConfig
from metaxy.ext.ray.datasource import STATUS
from metaxy.ext.ray.surroundings import Surroundings, for_tasks
from metaxy.models.types import CoercibleToFeatureKey, coerce_to_feature_key
from metaxy.utils.external_features import sync_when_needed

if TYPE_CHECKING:
    from metaxy.metadata_store.base import MetadataStore

__all__ = ["MetaxyDatasink", "MetaxyWriteResult"]

_log = logging.getLogger(__name__)


@public
@dataclass(frozen=True)
class MetaxyWriteResult:
    """How many rows were written, and how many could not be."""

    rows_written: int
    rows_failed: int


@public
class MetaxyDatasink(Datasink[MetaxyWriteResult]):
    """Writes a feature, each block of the dataset as one write. Give it to `Dataset.write_datasink`.

    A block that cannot be written is logged and counted in `result.rows_failed`; the others are written all the same.
    Column `metaxy_status` of an incremental read is left out.

    Args:
        feature: a feature of the active graph, or of the configuration's.
        store: where it goes; a database in memory cannot be reached by tasks.
        config: a configuration or its file, to be activated; absent: the active one, or else the one that is found.

    Raises:
        ValueError: a store in memory.
    """

    def __init__(
        self,
        feature: CoercibleToFeatureKey,
        store: MetadataStore,
        config: MetaxyConfig | Path | str | None = None,
    ) -> None:
        self._surroundings = Surroundings.taken(config)
        self._feature = str(coerce_to_feature_key(feature))
        self._store = for_tasks(store)
        self._result: MetaxyWriteResult | None = None

    def get_name(self) -> str:
        """What Ray calls the writing."""
        return f"Metaxy({self._feature})"

    def write(self, blocks: Iterable[Any], ctx: Any) -> MetaxyWriteResult:
        """Writes the blocks of one task."""
        written = failed = 0
        with self._surroundings.active():
            if self._surroundings.config.sync:
                sync_when_needed(self._store, self._surroundings.config)
            for block in blocks:
                rows = BlockAccessor.for_block(block).num_rows()
                if rows == 0:
                    continue
                if self._write_block(block):
                    written += rows
                else:
                    failed += rows
        return MetaxyWriteResult(written, failed)

    def _write_block(self, block: Any) -> bool:
        try:
            rows = BlockAccessor.for_block(block).to_arrow()
            if STATUS in rows.column_names:
                rows = rows.drop_columns([STATUS])
            with self._store.open("w"):
                self._store.write(self._feature, rows)
        except Exception:
            _log.exception("a block of feature %s could not be written to %r", self._feature, self._store)
            return False
        return True

    def on_write_complete(self, write_result: Any) -> None:
        """Adds up what the tasks have written."""
        parts = write_result.write_returns
        self._result = MetaxyWriteResult(
            sum(part.rows_written for part in parts), sum(part.rows_failed for part in parts)
        )
        if self._result.rows_failed:
            _log.error("%d rows of feature %s could not be written", self._result.rows_failed, self._feature)

    @property
    def result(self) -> MetaxyWriteResult:
        """What was written. Raises: RuntimeError before the dataset has been written."""
        if self._result is None:
            raise RuntimeError(f"feature {self._feature} has not been written yet, so there is no result")
        return self._result
