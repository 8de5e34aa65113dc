# SPDX-License-Identifier: Apache-2.0
"""Stores in a real object storage: the S3 server of tests/s3, which ends with the tests."""

from __future__ import annotations

import atexit
import functools
import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import metaxy as mx

KINDS = ("ducklake", "delta", "iceberg", "lancedb")


@functools.cache
def _module() -> ModuleType:
    path = Path(__file__).parent.parent / "s3" / "server.py"
    spec = importlib.util.spec_from_file_location("s3_server", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@functools.cache
def _server() -> Any:
    server = _module().Server()
    atexit.register(server.stop)
    return server


def address() -> str:
    """Host and port of the server."""
    return str(_server().address)


def files() -> Path:
    """Where the server keeps the objects of its bucket."""
    return Path(_server().files) / BUCKET


KEY: str = _module().KEY
SECRET: str = _module().SECRET
BUCKET: str = _module().BUCKET
REGION: str = _module().REGION


def make_store(
    kind: str,
    folder: Path,
    *,
    at: str | None = None,
    bucket: str = BUCKET,
    key: str = KEY,
    secret: str = SECRET,
    **kwargs: Any,
) -> mx.MetadataStore:
    """A store whose tables are objects below a prefix named as the folder, where a catalog that is a file lies. `at` is
    an address in front of the server's."""
    host, prefix = at or address(), f"{bucket}/{folder.name} ä"
    if kind == "ducklake":
        from metaxy.ext.duckdb import DuckDBMetadataStore

        storage = {
            "type": "s3",
            "secret_name": "s",
            "data_path": f"s3://{prefix}/lake/",
            "key_id": key,
            "secret": secret,
        }
        storage |= {"endpoint": f"http://{host}", "region": REGION, "url_style": "path"}
        catalog = {"type": "sqlite", "uri": str(folder / "catalog.sqlite")}
        return DuckDBMetadataStore(ducklake={"catalog": catalog, "storage": storage}, **kwargs)
    if kind == "delta":
        from metaxy.ext.polars.handlers.delta import DeltaMetadataStore

        options = {"AWS_ENDPOINT_URL": f"http://{host}", "AWS_ALLOW_HTTP": "true", "AWS_REGION": REGION}
        options |= {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, **QUICK}
        return DeltaMetadataStore(f"s3://{prefix}/delta", storage_options=options, **kwargs)
    if kind == "iceberg":
        from metaxy.ext.polars.handlers.iceberg import IcebergMetadataStore

        properties = {
            "type": "sql",
            "uri": f"sqlite:///{folder}/iceberg.db",
            "warehouse": f"s3://{bucket}/{folder.name}",
        }
        properties |= {"s3.endpoint": f"http://{host}", "s3.region": REGION, "s3.connect-timeout": "2"}
        properties |= {"s3.access-key-id": key, "s3.secret-access-key": secret}
        return IcebergMetadataStore(properties["warehouse"], catalog_properties=properties, **kwargs)
    from metaxy.ext.lancedb import LanceDBMetadataStore

    options = {"aws_endpoint": f"http://{host}", "allow_http": "true", "aws_region": REGION}
    options |= {"aws_access_key_id": key, "aws_secret_access_key": secret, "client_max_retries": "1", **QUICK}
    return LanceDBMetadataStore(
        f"s3://{bucket}/{folder.name}/lance", connect_kwargs={"storage_options": options}, **kwargs
    )


# How long a storage that does not answer is asked again: three minutes would be usual.
QUICK = {"max_retries": "3", "retry_timeout": "5s"}
