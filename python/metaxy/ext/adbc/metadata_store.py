# SPDX-License-Identifier: Apache-2.0
"""The store behind an ADBC driver."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from metaxy.ext.ibis.metadata_store import IbisMetadataStore
from metaxy.metadata_store.base import MetadataStoreConfig

__all__ = ["AdbcMetadataStore", "AdbcMetadataStoreConfig"]


class AdbcMetadataStoreConfig(MetadataStoreConfig):
    """Settings of a store behind an ADBC driver."""

    driver: str | Path = Field(description="path of the driver's library, or its name")
    uri: str | None = Field(default=None, description="what the driver connects to")
    entrypoint: str | None = Field(default=None, description="of the driver, when it is not the usual one")
    username: str | None = Field(default=None, description="the user")
    password: str | None = Field(default=None, description="the password; better password_env or password_file")
    password_env: str | None = Field(default=None, description="the variable that holds the password")
    password_file: str | None = Field(default=None, description="a file whose first line is the password")
    options: dict[str, Any] | None = Field(default=None, description="all other options of the driver")
    catalog: str | None = Field(default=None, description="where the tables are")
    schema_name: str | None = Field(default=None, alias="schema", description="the schema of the tables")
    dialect: str | None = Field(default=None, description="how the database is spoken to")
    table_prefix: str | None = Field(default=None, description="put before the names of all tables")


class AdbcMetadataStore(IbisMetadataStore):
    """A store in any database that an ADBC driver reaches. The database computes what its dialect surely says as
    metaxy means it, and metaxy the rest over the rows that it gives.

    Args:
        driver: path of the driver's library, or a name that the driver manager finds.
        uri: what the driver connects to.
        entrypoint: of the driver, when it is not the usual one.
        username: the user.
        password: the password.
        password_env: the variable that holds the password.
        password_file: a file whose first line is the password.
        options: all other options of the driver.
        catalog: where the tables are; otherwise where the connection is.
        schema: where the tables are; otherwise where the connection is.
        dialect: how the database is spoken to; otherwise as the driver says what it connects to.
        table_prefix: put before the names of all tables.

    Examples:
        >>> AdbcMetadataStore("libadbc_driver_snowflake.so", username="me", password="secret").display()
        'AdbcMetadataStore(driver=libadbc_driver_snowflake.so)'
    """

    def __init__(
        self,
        driver: str | Path,
        uri: str | None = None,
        *,
        entrypoint: str | None = None,
        username: str | None = None,
        password: str | None = None,
        password_env: str | None = None,
        password_file: str | None = None,
        options: Mapping[str, Any] | None = None,
        catalog: str | None = None,
        schema: str | None = None,
        dialect: str | None = None,
        table_prefix: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.driver = str(driver)
        self._more = {
            "uri": uri,
            "entrypoint": entrypoint,
            "username": username,
            "password": password,
            "password_env": password_env,
            "password_file": password_file,
            "options": None if options is None else json.dumps(dict(options)),
            "catalog": catalog,
            "schema": schema,
            "dialect": dialect,
        }
        super().__init__(backend="adbc", table_prefix=table_prefix, **kwargs)

    @classmethod
    def config_model(cls) -> type[AdbcMetadataStoreConfig]:
        """The settings of this class in configuration files."""
        return AdbcMetadataStoreConfig

    def _where(self) -> tuple[str, dict[str, str]]:
        return "adbc", {"driver": self.driver}

    def display(self) -> str:
        """The store in one line."""
        return f"AdbcMetadataStore(driver={self.driver})"
