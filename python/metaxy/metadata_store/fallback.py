# SPDX-License-Identifier: Apache-2.0
"""Stores that are read for what another one lacks, named or given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

from metaxy._errors import with_code

if TYPE_CHECKING:
    from metaxy.config import MetaxyConfig
    from metaxy.metadata_store.base import MetadataStore
    from metaxy.versioning.types import HashAlgorithm

__all__ = ["FallbackStoreList"]


class FallbackStoreList(Sequence["MetadataStore"]):
    """Nearest first; a name becomes its store when it is first asked for.

    Args:
        config: has the stores that are named; absent: the active configuration.
        parent_hash_algorithm: what a named store must digest by; absent: anything.
    """

    def __init__(
        self,
        entries: Sequence[MetadataStore | str] | None = None,
        *,
        config: MetaxyConfig | None = None,
        parent_hash_algorithm: HashAlgorithm | None = None,
    ) -> None:
        self.entries: list[MetadataStore | str] = list(entries or [])
        self.config = config
        self._algorithm = parent_hash_algorithm

    @property
    def all_resolved(self) -> bool:
        """Whether no name is left."""
        return not any(isinstance(entry, str) for entry in self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    @overload
    def __getitem__(self, place: int) -> MetadataStore: ...

    @overload
    def __getitem__(self, place: slice) -> list[MetadataStore]: ...

    def __getitem__(self, place: int | slice) -> Any:
        """Raises: ValueError for a name that no configuration knows, or a store with another algorithm."""
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        entry = self.entries[place]
        if isinstance(entry, str):
            self.entries[place] = entry = self._named(entry)
        return entry

    def _named(self, name: str) -> MetadataStore:
        from metaxy.config import active

        config = self.config or active()
        if config is None:
            raise with_code(
                ValueError(f"Cannot resolve fallback store {name!r}: no configuration is active that has it"),
                "invalid_argument",
                "call metaxy.init() first, or give the store itself",
            )
        store: MetadataStore = config.get_store(name)
        if self._algorithm is not None and store.hash_algorithm != self._algorithm:
            raise with_code(
                ValueError(
                    f"Fallback store {name!r} uses hash_algorithm='{store.hash_algorithm.value}' but its parent uses "
                    f"'{self._algorithm.value}'; stores of a fallback chain must use the same hash algorithm"
                ),
                "invalid_argument",
                "give both the same hash_algorithm",
            )
        return store

    def __repr__(self) -> str:
        return f"FallbackStoreList({self.entries!r})"
