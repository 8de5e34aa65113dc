# SPDX-License-Identifier: Apache-2.0
"""The embedded store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import Field

from metaxy._settings import is_compat
from metaxy.metadata_store.base import MetadataStore, MetadataStoreConfig


class DuckDBMetadataStoreConfig(MetadataStoreConfig):
    """Settings of a store in DuckDB."""

    database: str | Path = Field(description="a file, or `:memory:`")
    config: dict[str, str] | None = Field(default=None, description="DuckDB's own settings, such as memory_limit")
    extensions: list[Any] | None = Field(default=None, description="kept for compatibility: none is needed")
    ducklake: Any = Field(default=None, description="a DuckLake to keep the tables in")
    table_prefix: str | None = Field(default=None, description="put before the names of all tables")
    connection_string: str | None = Field(default=None, description="another way to say `database`")


class DuckDBMetadataStore(MetadataStore):
    """A store in a DuckDB file, or in memory for as long as the object lives. Hashes are computed inside DuckDB by
    metaxy's own functions; nothing is downloaded. Any number of processes may use one file.

    Args:
        database: a file, or `:memory:`.
        config: DuckDB's own settings, such as `memory_limit`.
        extensions: kept for compatibility: none is needed.

    Example:
        >>> with DuckDBMetadataStore(":memory:").open("w") as store:
        ...     store.name
    """

    def __init__(
        self,
        database: str | Path = ":memory:",
        *,
        config: dict[str, str] | None = None,
        extensions: list[Any] | None = None,
        ducklake: Any = None,
        table_prefix: str | None = None,
        connection_string: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.database = connection_string.removeprefix("duckdb://") if connection_string else str(database)
        self.config = config
        self.extensions = extensions
        self._ducklake = ducklake
        self._table_prefix = table_prefix or ""
        super().__init__(**kwargs)

    @classmethod
    def config_model(cls) -> type[DuckDBMetadataStoreConfig]:
        return DuckDBMetadataStoreConfig

    def _core_options(self) -> tuple[str, dict[str, str]]:
        options = {"database": self.database}
        if self.config:
            options["config"] = json.dumps({name: str(value) for name, value in self.config.items()})
        return "duckdb", options

    def _supported_algorithms(self) -> list[str]:
        """All that the core has; under the reference's rules those that DuckDB computed there."""
        return ["md5", "xxhash32", "xxhash64"] if is_compat() else super()._supported_algorithms()

    @property
    def sqlalchemy_url(self) -> str:
        """The URL by which SQLAlchemy opens the same file."""
        return f"duckdb:///{self.database}"

    def get_table_name(self, key: Any) -> str:
        """The name of a feature's table."""
        return self._table_prefix + key.table_name

    def display(self) -> str:
        return f"DuckDBMetadataStore(database={self._description.info()['location']})"
