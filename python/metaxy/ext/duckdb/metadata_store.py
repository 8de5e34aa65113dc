# SPDX-License-Identifier: Apache-2.0
"""The embedded store."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from metaxy._settings import is_compat
from metaxy.ext.duckdb.handlers.ducklake import DuckLakeAttachmentManager, DuckLakeConfig, MotherDuckCatalogConfig
from metaxy.ext.ibis.metadata_store import IbisMetadataStore
from metaxy.metadata_store.base import MetadataStoreConfig

__all__ = ["DuckDBMetadataStore", "DuckDBMetadataStoreConfig", "ExtensionSpec"]


class ExtensionSpec(BaseModel):
    """An extension of DuckDB. `init_sql`: statements to run after it is loaded."""

    model_config = ConfigDict(extra="forbid")

    name: str
    repository: str = "core"
    init_sql: Sequence[str] = ()


class DuckDBMetadataStoreConfig(MetadataStoreConfig):
    """Settings of a store in DuckDB."""

    database: str | Path = Field(
        validation_alias=AliasChoices("database", "path", "location"), description="a file, or `:memory:`"
    )
    config: dict[str, str] | None = Field(default=None, description="DuckDB's own settings, such as memory_limit")
    extensions: list[str | ExtensionSpec] | None = Field(
        default=None, description="extensions of DuckDB to load; metaxy itself needs none"
    )
    ducklake: DuckLakeConfig | None = Field(default=None, description="a DuckLake to keep the tables in")
    table_prefix: str | None = Field(default=None, description="put before the names of all tables")
    connection_string: str | None = Field(default=None, description="another way to say `database`")


class DuckDBMetadataStore(IbisMetadataStore):
    """A store in a DuckDB file, or in memory for as long as the object lives. Hashes are computed inside DuckDB by
    metaxy's own functions; nothing is downloaded. Any number of processes may use one file.

    Args:
        database: a file, or `:memory:`.
        config: DuckDB's own settings, such as `memory_limit`.
        extensions: extensions of DuckDB to load; metaxy itself needs none.
        ducklake: a DuckLake to keep the tables in, or its settings; `database` is not touched then. DuckDB's extension
            `ducklake` is needed, and the one of the catalog (`pip install metaxy[ducklake]`).

    Examples:
        >>> with DuckDBMetadataStore(":memory:").open("w") as store:
        ...     store.name
    """

    def __init__(
        self,
        database: str | Path = ":memory:",
        *,
        config: dict[str, str] | None = None,
        extensions: Sequence[str | ExtensionSpec] | None = None,
        ducklake: DuckLakeConfig | Mapping[str, Any] | None = None,
        table_prefix: str | None = None,
        connection_string: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.database = (connection_string.removeprefix("duckdb://") or ":memory:") if connection_string else str(database)
        self.config = config
        self._ducklake = None if ducklake is None else DuckLakeConfig.model_validate(ducklake)
        self.extensions = _extensions(extensions or [], self._ducklake)
        super().__init__(connection_string=connection_string, backend="duckdb", table_prefix=table_prefix, **kwargs)

    @classmethod
    def config_model(cls) -> type[DuckDBMetadataStoreConfig]:
        """The settings of this class in configuration files."""
        return DuckDBMetadataStoreConfig

    def _core_options(self) -> tuple[str, dict[str, str]]:
        options = {"database": self.database, "name": self.name or ""}
        settings = {name: str(value) for name, value in (self.config or {}).items()}
        if self._ducklake is not None:
            options["ducklake"] = self._ducklake.model_dump_json()
            settings = {**_packaged_extensions(), **settings}
        if self.extensions:
            options["extensions"] = json.dumps([extension.model_dump() for extension in self.extensions])
        if settings:
            options["config"] = json.dumps(settings)
        if self.table_prefix:
            options["table_prefix"] = self.table_prefix
        return "duckdb", options

    def _supported_algorithms(self) -> list[str]:
        """All that the core has; under the reference's rules those that DuckDB computed there."""
        return ["md5", "xxhash32", "xxhash64"] if is_compat() else super()._supported_algorithms()

    @property
    def ducklake_attachment_config(self) -> DuckLakeConfig:
        """The DuckLake that was asked for. Raises: RuntimeError when there is none."""
        if self._ducklake is None:
            raise RuntimeError(f"DuckLake attachment is not configured for {self!r}; give it one by `ducklake`")
        return self._ducklake

    @property
    def ducklake_attachment(self) -> DuckLakeAttachmentManager:
        """What attaches the DuckLake. Raises: RuntimeError when there is none."""
        return DuckLakeAttachmentManager(self.ducklake_attachment_config, store_name=self.name)

    def preview_ducklake_sql(self) -> list[str]:
        """The statements that attach the DuckLake, secrets included. Raises: RuntimeError when there is none."""
        return self.ducklake_attachment.preview_sql()

    @property
    def sqlalchemy_url(self) -> str:
        """The URL by which SQLAlchemy opens the same file."""
        return f"duckdb:///{self.database}"

    def display(self) -> str:
        if is_compat():
            return "DuckDBMetadataStore(backend=duckdb)"
        return f"DuckDBMetadataStore(database={self._description.info()['location']})"


def _extensions(given: Sequence[Any], ducklake: DuckLakeConfig | None) -> list[ExtensionSpec]:
    """What is asked for, with what a DuckLake needs. In compatibility mode also the one that the reference hashes
    with; it is named only, for hashing is built in."""
    out = [_extension(item) for item in given]
    needed = []
    if ducklake is not None:
        needed.append(ExtensionSpec(name="ducklake"))
        if isinstance(ducklake.catalog, MotherDuckCatalogConfig):
            needed.append(ExtensionSpec(name="motherduck"))
    if is_compat():
        needed.append(ExtensionSpec(name="hashfuncs", repository="community"))
    known = {item.name for item in out}
    return [*out, *(item for item in needed if item.name not in known)]


def _packaged_extensions() -> dict[str, str]:
    """The setting that makes DuckDB find the extensions of PyPI's packages `duckdb-ext-…`, when they are there."""
    found = importlib.util.find_spec("duckdb_ext")
    for folder in (found.submodule_search_locations or []) if found else []:
        if os.path.isdir(f"{folder}/extensions"):
            return {"extension_directory": f"{folder}/extensions"}
    return {}


def _extension(value: Any) -> ExtensionSpec:
    if isinstance(value, ExtensionSpec):
        return value
    if isinstance(value, str):
        return ExtensionSpec(name=value)
    raise TypeError(f"an extension is {type(value).__name__} and should be a name or an ExtensionSpec")
