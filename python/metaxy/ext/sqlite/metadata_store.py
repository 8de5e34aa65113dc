# SPDX-License-Identifier: Apache-2.0
"""The store in a SQLite file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from metaxy.ext.ibis.metadata_store import IbisMetadataStore
from metaxy.metadata_store.base import MetadataStoreConfig

__all__ = ["SQLiteMetadataStore", "SQLiteMetadataStoreConfig"]


class SQLiteMetadataStoreConfig(MetadataStoreConfig):
    """Settings of a store in SQLite."""

    path: str | Path = Field(description="a file, or `:memory:`")
    table_prefix: str | None = Field(default=None, description="put before the names of all tables")
    lock_timeout: float | None = Field(default=None, description="seconds to wait for another writer")


class SQLiteMetadataStore(IbisMetadataStore):
    """A store in a SQLite file, or in memory for as long as the object lives. Versions and comparisons are computed
    inside SQLite by metaxy's own functions. Any number of processes may use one file; writers take turns.

    Args:
        path: a file, or `:memory:`.
        table_prefix: put before the names of all tables.
        lock_timeout: seconds to wait for another writer.

    Examples:
        >>> with SQLiteMetadataStore(":memory:").open("w") as store:
        ...     store.display()
        'SQLiteMetadataStore(path=:memory:)'
    """

    def __init__(
        self,
        path: str | Path = ":memory:",
        *,
        table_prefix: str | None = None,
        lock_timeout: float | None = None,
        **kwargs: Any,
    ) -> None:
        self.path = str(path)
        self._more = {"lock_timeout": lock_timeout}
        super().__init__(backend="sqlite", table_prefix=table_prefix, **kwargs)

    @classmethod
    def config_model(cls) -> type[SQLiteMetadataStoreConfig]:
        """The settings of this class in configuration files."""
        return SQLiteMetadataStoreConfig

    def _where(self) -> tuple[str, dict[str, str]]:
        return "sqlite", {"path": self.path}

    @property
    def sqlalchemy_url(self) -> str:
        """The URL by which SQLAlchemy opens the same file. Raises: ValueError in memory."""
        if self.path == ":memory:":
            raise ValueError("SQLiteMetadataStore has no SQLAlchemy URL in memory")
        return f"sqlite:///{self.path}"

    def display(self) -> str:
        """The store in one line."""
        return f"SQLiteMetadataStore(path={self.path})"
