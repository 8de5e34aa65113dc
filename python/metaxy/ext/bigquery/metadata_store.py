# SPDX-License-Identifier: Apache-2.0
"""The reference's store in BigQuery, as far as configurations need it: it can be made and described, not opened."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from metaxy._errors import with_code
from metaxy.ext.ibis.metadata_store import IbisMetadataStore
from metaxy.metadata_store.base import MetadataStoreConfig
from metaxy.metadata_store.exceptions import MetadataStoreError
from metaxy.versioning.types import HashAlgorithm

__all__ = ["BigQueryMetadataStore", "BigQueryMetadataStoreConfig"]

_SUPPORTED = [HashAlgorithm.MD5, HashAlgorithm.FARMHASH, HashAlgorithm.SHA256]


class BigQueryMetadataStoreConfig(MetadataStoreConfig):
    """Settings of a store in BigQuery."""

    project_id: str | None = Field(default=None, description="the project that has the data set")
    dataset_id: str | None = Field(default=None, description="the data set of the tables")
    credentials_path: str | None = Field(default=None, description="a service account's JSON file")
    credentials: Any = Field(default=None, description="credentials of google.auth")
    location: str | None = Field(default=None, description="where the data set is")
    connection_params: dict[str, Any] | None = Field(default=None, description="all of these at once")
    table_prefix: str | None = Field(default=None, description="put before the names of all tables")


class BigQueryMetadataStore(IbisMetadataStore):
    """A store in BigQuery. This build cannot open it.

    Args:
        project_id: the project that has the data set.
        dataset_id: the data set of the tables.
        credentials_path: a service account's JSON file.
        credentials: credentials of google.auth.
        location: where the data set is.
        connection_params: all of these at once.

    Raises:
        ValueError: no project is given.
        FileNotFoundError: there is no file of credentials.
    """

    def __init__(
        self,
        project_id: str | None = None,
        dataset_id: str | None = None,
        *,
        credentials_path: str | None = None,
        credentials: Any = None,
        location: str | None = None,
        connection_params: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        given = {"project_id": project_id, "dataset_id": dataset_id, "location": location, "credentials": credentials}
        params = dict(connection_params or {name: value for name, value in given.items() if value is not None})
        self.project_id = params.get("project_id")
        self.dataset_id = params.get("dataset_id")
        if self.project_id is None:
            raise with_code(
                ValueError("Must provide either project_id or connection_params with project_id"),
                "invalid_argument",
                "give project_id='my-project'",
            )
        if credentials_path is not None and not Path(credentials_path).exists():
            raise FileNotFoundError(f"Service account credentials file not found: {credentials_path}")
        super().__init__(backend="bigquery", connection_params=params, **kwargs)

    @classmethod
    def config_model(cls) -> type[MetadataStoreConfig]:
        """The settings of this class in configuration files."""
        return BigQueryMetadataStoreConfig

    @property
    def hash_algorithm(self) -> HashAlgorithm:
        """As it was asked for, or md5."""
        return self._hash_algorithm or HashAlgorithm.MD5

    def _supported_algorithms(self) -> list[str]:
        return [it.value for it in _SUPPORTED]

    def _core_options(self) -> tuple[str, dict[str, str]]:
        raise with_code(
            MetadataStoreError("there is no store in BigQuery in this build"),
            "unsupported",
            "use a store in another database; docs/compat.md",
        )

    def display(self) -> str:
        """Project and data set."""
        where = f"{self.project_id}/{self.dataset_id}" if self.dataset_id else self.project_id
        return f"BigQueryMetadataStore(project={where})"
