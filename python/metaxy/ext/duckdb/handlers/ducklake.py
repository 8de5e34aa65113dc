# SPDX-License-Identifier: Apache-2.0
"""DuckLakes: where their catalog and their files lie, and the statements that attach them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from metaxy import _core
from metaxy._settings import is_compat

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = [
    "DuckDBCatalogConfig",
    "DuckLakeAttachmentManager",
    "DuckLakeConfig",
    "GCSStorageConfig",
    "LocalStorageConfig",
    "MotherDuckCatalogConfig",
    "PostgresCatalogConfig",
    "R2StorageConfig",
    "S3StorageConfig",
    "SQLiteCatalogConfig",
    "build_secret_sql",
    "format_attach_options",
]

_DEFAULT_ALIAS = "ducklake"

Location = Annotated[str, BeforeValidator(lambda value: os.fspath(value) if isinstance(value, Path) else value)]


def _text(value: Any) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else _text(value)


def _name(value: str) -> str:
    return value if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value) else '"' + value.replace('"', '""') + '"'


def build_secret_sql(
    secret_name: str, secret_type: str, parameters: Mapping[str, Any], *, secret_storage: str | None = None
) -> str:
    """The statement that keeps a secret in DuckDB; parameters that are None are left out.

    Examples:
        >>> build_secret_sql("lake", "S3", {"REGION": "eu-west-1", "USE_SSL": True})
        "CREATE OR REPLACE SECRET lake ( TYPE S3, REGION 'eu-west-1', USE_SSL true );"
    """
    given = [f"{key} {_literal(parameters[key])}" for key in sorted(parameters) if parameters[key] is not None]
    place = f" IN {secret_storage}" if secret_storage else ""
    return f"CREATE OR REPLACE SECRET {_name(secret_name)}{place} ( {', '.join([f'TYPE {secret_type}', *given])} );"


def format_attach_options(options: Mapping[str, Any] | None) -> str:
    """Options as ATTACH takes them, or an empty text.

    Examples:
        >>> format_attach_options({"override_data_path": True, "api_version": "0.2"})
        " (API_VERSION '0.2', OVERRIDE_DATA_PATH true)"
    """
    given = [f"{key.upper()} {_literal(value)}" for key, value in sorted((options or {}).items()) if value is not None]
    return f" ({', '.join(given)})" if given else ""


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Secret(_Settings):
    """Settings of which a secret is made when any of them is given; else the secret exists already."""

    secret_name: str
    secret_parameters: dict[str, Any] | None = Field(default=None, repr=False)


class DuckDBCatalogConfig(_Settings):
    """A catalog in a DuckDB file."""

    type: Literal["duckdb"] = "duckdb"
    uri: Location


class SQLiteCatalogConfig(_Settings):
    """A catalog in a SQLite file."""

    type: Literal["sqlite"] = "sqlite"
    uri: Location


class PostgresCatalogConfig(_Secret):
    """A catalog in PostgreSQL. The secret exists already, or is made of host, database, user and password."""

    type: Literal["postgres"] = "postgres"
    database: str | None = None
    user: str | None = None
    password: str | None = Field(default=None, repr=False)
    host: str | None = None
    port: int = 5432

    @model_validator(mode="after")
    def _whole_credentials(self) -> PostgresCatalogConfig:
        needed = ("host", "database", "user", "password")
        missing = [name for name in needed if getattr(self, name) is None]
        if missing and len(missing) < len(needed):
            raise ValueError(f"missing inline credentials: {', '.join(missing)}; give all of them, or none")
        return self


class MotherDuckCatalogConfig(_Settings):
    """A DuckLake that MotherDuck manages."""

    type: Literal["motherduck"] = "motherduck"
    database: str
    region: str | None = None


class LocalStorageConfig(_Settings):
    """Files in a folder."""

    type: Literal["local"] = "local"
    path: Location


class _Bucket(_Secret):
    """Files in an object store."""

    key_id: str | None = Field(default=None, repr=False)
    secret: str | None = Field(default=None, repr=False)


class S3StorageConfig(_Bucket):
    """Files in S3. Where: `data_path`, or `bucket` and `prefix`, or else `scope`."""

    type: Literal["s3"] = "s3"
    endpoint: str | None = None
    bucket: str | None = None
    prefix: str | None = None
    region: str | None = None
    url_style: str | None = None
    use_ssl: bool | None = None
    scope: str | None = None
    data_path: str | None = None


class R2StorageConfig(_Bucket):
    """Files in Cloudflare R2."""

    type: Literal["r2"] = "r2"
    account_id: str | None = None
    data_path: str

    @model_validator(mode="after")
    def _whole_credentials(self) -> R2StorageConfig:
        if (self.key_id or self.secret) and self.account_id is None:
            raise ValueError("account_id is required beside key_id and secret")
        return self


class GCSStorageConfig(_Bucket):
    """Files in Google Cloud Storage."""

    type: Literal["gcs"] = "gcs"
    data_path: str


Catalog = DuckDBCatalogConfig | SQLiteCatalogConfig | PostgresCatalogConfig | MotherDuckCatalogConfig
Storage = LocalStorageConfig | S3StorageConfig | R2StorageConfig | GCSStorageConfig


class DuckLakeConfig(_Settings):
    """A DuckLake: its catalog, its files, and how it is attached.

    Args:
        catalog: one of the catalog classes, or its settings with `type`.
        storage: one of the storage classes, or its settings with `type`; optional with MotherDuck.
        alias: what the lake is called within DuckDB.
        attach_options: options of ATTACH.
        data_inlining_row_limit: writes of fewer rows stay in the catalog.
        snapshot_version: show the lake as it was at this snapshot; it can be read only.
        snapshot_time: show it as it was at this time, for example `2026-01-31 12:00:00+00`.

    Examples:
        >>> catalog = DuckDBCatalogConfig(uri="lake.db")
        >>> DuckLakeConfig(catalog=catalog, storage=LocalStorageConfig(path="lake")).alias
        'ducklake'
    """

    catalog: Catalog = Field(discriminator="type")
    storage: Annotated[Storage, Field(discriminator="type")] | None = None
    alias: str = _DEFAULT_ALIAS
    attach_options: dict[str, Any] = Field(default_factory=dict)
    data_inlining_row_limit: int | None = None
    snapshot_version: Annotated[int, Field(ge=0)] | None = None
    snapshot_time: str | None = None

    @field_validator("alias", mode="before")
    @classmethod
    def _named(cls, value: Any) -> str:
        return str("" if value is None else value).strip() or _DEFAULT_ALIAS

    @field_validator("attach_options", mode="before")
    @classmethod
    def _mapping(cls, value: Any) -> Any:
        if value is not None and not isinstance(value, Mapping):
            raise TypeError(f"attach_options is {type(value).__name__} and should be a mapping")
        return dict(value or {})

    @model_validator(mode="after")
    def _has_storage(self) -> DuckLakeConfig:
        if self.snapshot_version is not None and self.snapshot_time is not None:
            raise ValueError("snapshot_version and snapshot_time contradict each other; give one of them")
        if self.storage is None and not isinstance(self.catalog, MotherDuckCatalogConfig):
            raise ValueError("storage is required unless the catalog is motherduck")
        return self


class DuckLakeAttachmentManager:
    """Attaches a DuckLake to a DuckDB connection.

    Args:
        store_name: keeps the secrets of several stores apart.

    Examples:
        >>> lake = DuckLakeConfig(catalog={"type": "motherduck", "database": "media"})
        >>> DuckLakeAttachmentManager(lake).preview_sql()
        ['USE media;']
    """

    def __init__(self, config: DuckLakeConfig, *, store_name: str | None = None) -> None:
        self.config = config
        self.store_name = store_name

    def preview_sql(self) -> list[str]:
        """The statements that attach the lake, secrets included. Raises: ValueError when they cannot be told."""
        options = {"ducklake": self.config.model_dump_json(), "name": self.store_name or ""}
        return _core.setup_statements("duckdb", options, is_compat())

    def configure(self, conn: DuckDBPyConnection) -> None:
        """Runs the statements on a connection."""
        for statement in self.preview_sql():
            conn.execute(statement)
