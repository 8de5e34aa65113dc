# SPDX-License-Identifier: Apache-2.0
"""The server for assistants: what its tools answer, and how it tells errors."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import mcp
import polars as pl
import pytest

import metaxy as mx
from metaxy.ext.mcp.secrets import without_secrets
from metaxy.ext.mcp.server import _of_mcp, create_server
from metaxy.ext.mcp.server import mcp as module_server

VIDEO, CROP = "video/raw", "video/crop"
MODULE = """
import metaxy as mx
print("this would break the protocol")
class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="video/raw", id_columns=["id"])):
    id: str
"""


@pytest.fixture
def project(fresh_graph: mx.FeatureGraph, tmp_path: Path) -> mx.MetaxyConfig:
    class Video(mx.BaseFeature, spec=mx.FeatureSpec(key=VIDEO, id_columns=["id"], fields=["audio", "frames"])):
        __metaxy_project__ = "media"
        id: str

    class Crop(mx.BaseFeature, spec=mx.FeatureSpec(key=CROP, id_columns=["id"], deps=[Video], fields=["frames"])):
        __metaxy_project__ = "crops"
        id: str

    database = {"database": str(tmp_path / "store.duckdb")}
    stores = {"dev": mx.StoreConfig(type="metaxy.ext.duckdb.DuckDBMetadataStore", config=database)}
    config = mx.MetaxyConfig(project="media", stores=stores)
    mx.MetaxyConfig.set(config)
    for sizes in ([1, 2, 3], [10]):
        fields = {"audio": str(len(sizes)), "frames": "f"}
        rows = [
            {"id": str(i), "size": size, "raw": b"\xff", "when": dt.date(2026, 1, 2)} for i, size in enumerate(sizes)
        ]
        with config.get_store().open("w") as store:
            store.write(Video, pl.DataFrame([{**row, "metaxy_provenance_by_field": fields} for row in rows]))
    return config


def call(tool: str, **arguments: Any) -> Any:
    """What a client gets; an error as text."""

    async def ask() -> Any:
        async with mcp.Client(_of_mcp()) as client:
            return await client.call_tool(tool, arguments)

    answer = asyncio.run(ask())
    if answer.is_error:
        return answer.content[0].text
    found = answer.structured_content
    return found["result"] if set(found) == {"result"} else found


def test_the_server_and_its_tools() -> None:
    async def ask() -> Any:
        async with mcp.Client(_of_mcp()) as client:
            return client.server_info, (await client.list_tools()).tools

    about, tools = asyncio.run(ask())
    assert (about.name, about.version) == ("metaxy", mx.__version__)
    assert about.website_url == "https://docs.metaxy.io/"
    names = [tool.name for tool in tools]
    assert names == ["get_config", "list_features", "get_feature", "list_stores", "get_store", "get_metadata"]
    assert set(tools[-1].input_schema["required"]) == {"feature_key", "store_name"}
    assert module_server.name == create_server().name == "metaxy"


def test_configuration_and_stores(project: mx.MetaxyConfig) -> None:
    found = call("get_config")
    assert (found["project"], found["config_file"]) == ("media", None)
    assert call("list_stores") == [{"name": "dev", "type": "metaxy.ext.duckdb.DuckDBMetadataStore"}]
    assert call("get_store", store_name="dev") == str(project.get_store("dev"))
    assert "Available stores: ['dev']" in call("get_store", store_name="nope")


def test_secrets_are_not_told() -> None:
    shown = without_secrets(
        {"storage_options": {"AWS_SECRET_ACCESS_KEY": "s3cret"}, "uri": "s3://u:s3cret@h/b", "n": 1}
    )
    assert "s3cret" not in str(shown)
    assert (shown["uri"], shown["n"]) == ("s3://***@h/b", 1)


def test_features(project: mx.MetaxyConfig, fresh_graph: mx.FeatureGraph) -> None:
    found = call("list_features")
    assert found["feature_count"] == 2
    video, crop = found["features"]
    versions = fresh_graph.get_feature_version_by_field(VIDEO)
    assert video["fields"][1] == {
        "key": "frames", "code_version": "__metaxy_initial__", "version": versions["frames"]
    }  # fmt: skip
    assert (video["is_root"], video["project"], video["field_count"]) == (True, "media", 2)
    assert video["version"] == fresh_graph.get_feature_version(VIDEO)
    assert "deps" not in crop and "deps" not in crop["fields"][0]
    (crop,) = call("list_features", project="crops", verbose=True)["features"]
    assert (crop["deps"], crop["is_root"]) == ([VIDEO], False)
    assert crop["fields"][0]["deps"] == [{"feature": VIDEO, "fields": ["frames"]}]
    assert call("get_feature", feature_key=CROP) == fresh_graph.get_feature_definition(CROP).spec.model_dump(
        mode="json"
    )
    assert "No feature with key nope" in call("get_feature", feature_key="nope")


def test_metadata(project: mx.MetaxyConfig) -> None:
    ask = {"feature_key": VIDEO, "store_name": "dev"}
    found = call("get_metadata", **ask, columns=["id", "size"], sort_by=["size"], descending=True, limit=2)
    rows = [{"id": "0", "size": 10}, {"id": "2", "size": 3}]
    assert found == {"columns": ["id", "size"], "rows": rows, "total_rows": 2}
    found = call("get_metadata", **ask, columns=["id"], filters=["size > 1", "id != '2'"], sort_by=["size"])
    assert found["rows"] == [{"id": "1"}, {"id": "0"}]
    assert call("get_metadata", **ask, with_sample_history=True, columns=["id"])["total_rows"] == 4
    (row,) = call("get_metadata", **ask, filters=["id = '0'"])["rows"]
    assert (row["raw"], row["when"]) == ("_w==", "2026-01-02")
    assert row["metaxy_data_version_by_field"] == {"audio": "1", "frames": "f"}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"filters": ["size >"]}, "size >"),
        ({"columns": ["nope"]}, "nope"),
        ({"feature_key": CROP}, "nothing has been written"),
        ({"store_name": "nope"}, "Available stores: ['dev']"),
        ({"limit": -1}, "greater than or equal to 0"),
    ],
)
def test_errors_reach_the_client(project: mx.MetaxyConfig, changed: dict[str, Any], told: str) -> None:
    assert told in call("get_metadata", **{"feature_key": VIDEO, "store_name": "dev", **changed})


def test_over_standard_input_and_output(tmp_path: Path) -> None:
    """The project is found and loaded by the first call; what it prints does not get into the protocol."""
    (tmp_path / "metaxy.toml").write_text('project = "media"\nentrypoints = ["my_features"]\n', encoding="utf-8")
    (tmp_path / "my_features.py").write_text(MODULE, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    server = mcp.StdioServerParameters(
        command=sys.executable, args=["-m", "metaxy.ext.mcp"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}
    )

    async def ask() -> Any:
        async with mcp.Client(server) as client:
            return await client.call_tool("list_features", {}), await client.call_tool("get_config", {})

    features, config = asyncio.run(asyncio.wait_for(ask(), 60))
    assert [it["key"] for it in features.structured_content["features"]] == [VIDEO]
    assert config.structured_content["config_file"] == str(tmp_path / "metaxy.toml")


def test_without_the_library_the_command_says_what_to_install(tmp_path: Path) -> None:
    for name in ("mcp", "fastmcp"):
        (tmp_path / f"{name}.py").write_text(f"raise ModuleNotFoundError('no {name}', name={name!r})", encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    command = [sys.executable, "-m", "metaxy.ext.mcp"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "pip install 'metaxy[mcp]'" in done.stderr
