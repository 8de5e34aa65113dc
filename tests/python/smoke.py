# SPDX-License-Identifier: Apache-2.0
"""Whether an installed wheel works: run by the Python that it was installed for (tools/build_wheels.py)."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import polars as pl

import metaxy as mx
from metaxy.ext.duckdb import DuckDBMetadataStore

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0"
PROJECT = """
project = "smoke"
features = ["features.toml"]
[stores.dev]
type = "duckdb"
config = { database = "pictures.duckdb" }
"""
FEATURES = '[features.pictures]\nid_columns = ["path"]\n'


def program(*words: str, cwd: str | None = None) -> str:
    path = Path(sysconfig.get_path("scripts")) / words[0]
    return subprocess.run([path, *words[1:]], check=True, capture_output=True, text=True, cwd=cwd).stdout


def resolve(folder: str) -> None:
    """A feature is written, and another one that reads it learns of the samples."""
    with mx.FeatureGraph().use():

        class Text(mx.BaseFeature, spec=mx.FeatureSpec(key="text", id_columns=["id"])):
            id: str

        class Word(mx.BaseFeature, spec=mx.FeatureSpec(key="word", id_columns=["id"], deps=[Text])):
            id: str

        texts = pl.DataFrame({"id": ["a", "b"], "metaxy_provenance_by_field": [{"default": "1"}, {"default": "2"}]})
        with DuckDBMetadataStore(Path(folder) / "m.duckdb").open("w") as store:
            store.write(Text, texts)
            new = store.resolve_update(Word).new
            assert sorted(new["id"]) == ["a", "b"], new
            store.write(Word, new)
            assert len(store.resolve_update(Word).new) == 0


def ingest(folder: str) -> None:
    """The program tells media types, for which its library needs data."""
    files = {"metaxy.toml": PROJECT.encode(), "features.toml": FEATURES.encode(), "pictures/a": PNG}
    for name, content in files.items():
        path = Path(folder) / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    program("mx", "ingest", "pictures", "pictures", cwd=folder)
    found = program("mx", "read", "pictures", "-c", "path,media_type", "--format", "csv", cwd=folder)
    assert found.split()[-1] == "a,image/png", found


def main() -> None:
    for name in ("mx", "metaxy"):
        assert mx.__version__ in program(name, "--version")
    with tempfile.TemporaryDirectory() as folder:
        resolve(folder)
        ingest(folder)
    print(sys.version.split()[0], mx.__file__)


if __name__ == "__main__":
    main()
