# SPDX-License-Identifier: Apache-2.0
"""The reference's command line: `python -m metaxy.cli.app`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import metaxy as mx
from metaxy.cli.app import app

FEATURES = """
import metaxy as mx

__metaxy_project__ = "media"


class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="video/raw", id_columns=["id"], fields=["audio", "frames"])):
    id: str


class Crop(mx.BaseFeature, spec=mx.FeatureSpec(key="crop", id_columns=["id"], deps=[Video])):
    '''Crops of videos.'''

    id: str
"""

CONFIG = """
project = "media"
store = "dev"
entrypoints = ["cli_features"]
[stores.dev]
type = "metaxy.ext.polars.handlers.delta.DeltaMetadataStore"
config = { root_path = "dev" }
[stores.prod]
type = "metaxy.ext.polars.handlers.delta.DeltaMetadataStore"
config = { root_path = "prod", fallback_stores = ["dev"] }
"""


class Shell:
    """Commands in a project's folder."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str, code: int = 0) -> tuple[str, str]:
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended, mx.FeatureGraph().use() as graph:
            import sys

            sys.modules.pop("cli_features", None)
            app(words)
        del graph
        out = self._capsys.readouterr()
        assert (ended.value.code or 0) == code, out
        return out.out, out.err

    def json(self, *words: str, code: int = 0) -> Any:
        return json.loads(self(*words, "--format", "json", code=code)[0])


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    monkeypatch.setenv("METAXY_COMPAT", "0.1")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "cli_features.py").write_text(FEATURES)
    (tmp_path / "metaxy.toml").write_text(CONFIG)
    return Shell(capsys)


def fill() -> None:
    import sys

    import polars as pl

    sys.modules.pop("cli_features", None)
    with mx.FeatureGraph().use():
        config = mx.init(Path("metaxy.toml"))
        import cli_features  # type: ignore[import-not-found]

        versions = [{"audio": "1", "frames": "2"}] * 2
        with config.get_store().open("w") as store:
            store.write(cli_features.Video, pl.DataFrame({"id": ["a", "b"], "metaxy_provenance_by_field": versions}))
            store.write(cli_features.Crop, store.resolve_update(cli_features.Crop).new.head(1))


def test_lists(run: Shell) -> None:
    listed = run.json("list", "features", "--verbose")
    assert listed["feature_count"] == 2
    assert listed["features"][1]["deps"] == ["video/raw"]
    assert "Total: 2 feature(s) (1 root, 1 dependent)" in run("list", "features")[0]
    stores = run.json("list", "stores")
    assert [it["name"] for it in stores["stores"]] == ["dev", "prod"] and stores["stores"][1]["fallbacks"] == ["dev"]


def test_descriptions(run: Shell) -> None:
    assert run.json("describe", "features", "crop")["description"] == "Crops of videos."
    assert "Fields:" in run("describe", "features", "--all-features")[0]
    assert run.json("describe", "features", "nope", code=1)["error"] == "FEATURES_NOT_FOUND"
    assert "Total Features" in run("describe", "graph")[1]
    assert json.loads(run("config", "print", "-f", "json")[0])["project"] == "media"


def test_status(run: Shell) -> None:
    fill()
    told = run.json("metadata", "status", "--all-features", "--progress")
    assert told["needs_update"]
    crop = told["features"]["crop"]
    assert (crop["status"], crop["missing"], crop["store_rows"]) == ("needs_update", 1, 1)
    assert crop["progress_percentage"] == 50.0
    assert told["features"]["video/raw"]["status"] == "root_feature"
    run("metadata", "status", "crop", "--assert-in-sync", code=1)
    run("metadata", "status", "video/raw", "--assert-in-sync")
    assert "⚠" in run("metadata", "status", "crop")[0]
    assert run.json("metadata", "status", "nope")["warning"] == "No valid features to check"
    assert run.json("metadata", "status", code=1)["error"] == "MISSING_REQUIRED_FLAG"
    assert run.json("metadata", "status", "crop", "--all-features", code=1)["error"] == "CONFLICTING_FLAGS"
    assert "Invalid filter syntax" in run("metadata", "status", "crop", "--filter", "id =", code=1)[1]


def test_changes(run: Shell) -> None:
    fill()
    out = run("metadata", "copy", "--all-features", "--from", "dev", "--to", "prod")[0]
    assert "Copy complete: 2 feature(s), 3 row(s) copied" in out
    assert "--yes" in run("metadata", "delete", "crop", "--hard", code=1)[0]
    assert "1 rows" in run("metadata", "delete", "video/raw", "--filter", "id = 'a'", "--dry-run")[1]
    run("metadata", "delete", "video/raw", "--filter", "id = 'a'")
    assert run.json("metadata", "status", "video/raw")["features"]["video/raw"]["store_rows"] == 1
    assert "Rebased 0 row(s)" in run("metadata", "rebase", "crop", "--from", "old")[1]


def test_pushes(run: Shell) -> None:
    version, told = run("push", "--tags.commit", "4f1c2ab")
    assert "Recorded feature graph" in told
    assert "already recorded" in run("push")[1]
    assert version.strip() in run("history")[1]
    assert "project from Metaxy configuration" in run("push", "--project", "x", code=1)[1]
    assert "up to date" in run("lock")[1]
    nodes = run.json("graph-diff", "render", "latest")["nodes"]
    assert {node["status"] for node in nodes.values()} == {"unchanged"}
    assert "merged view" in run("graph-diff", "render", "latest", "current")[0]


def test_pictures(run: Shell) -> None:
    assert "depends on" in run("graph", "render")[0]
    assert "flowchart" in run("graph", "render", "--format", "mermaid", "--feature", "crop", "--up", "0")[0]
    run("graph", "render", "--minimal", "--verbose", code=1)
    run("graph", "render", "--format", "graphviz", "--output", "graph.dot")
    assert "digraph" in Path("graph.dot").read_text()


def test_words_that_nobody_knows(run: Shell) -> None:
    for words in (["nope"], ["list", "nope"], ["list", "features", "--nope"], ["list", "features", "--format", "xml"]):
        run(*words, code=1)
    assert "Commands:" in run()[1]
    assert "--all-features" in run("metadata", "status", "--help")[1]
    assert mx.__version__ in run("--version")[1]


def test_options_from_variables(run: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METAXY_LIST_FEATURES_FORMAT", "json")
    monkeypatch.setenv("METAXY_LIST_FEATURES_VERBOSE", "true")
    assert json.loads(run("list", "features")[0])["features"][1]["deps"] == ["video/raw"]
    assert "┃" in run("list", "features", "--format", "plain")[0]
    assert "deps" not in run.json("list", "features", "--no-verbose")["features"][1]
    monkeypatch.setenv("METAXY_METADATA_STATUS_ALL_FEATURES", "1")
    monkeypatch.setenv("METAXY_METADATA_STATUS_STORE", "prod")
    told = run.json("metadata", "status")["features"]["video/raw"]["store_metadata"]
    assert told["name"] == "prod"
    monkeypatch.setenv("METAXY_LIST_FEATURES_FORMAT", "xml")
    assert "Invalid value" in "".join(run("list", "features", code=1))
