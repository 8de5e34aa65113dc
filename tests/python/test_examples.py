# SPDX-License-Identifier: Apache-2.0
"""The example projects, each in a copy: what their READMEs show, and that a change touches exactly its descendants."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import object_store
import pages
from every_store import postgresql_uri

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = ["python_aggregation", "python_branch", "python_lakehouse", "python_video"]


@pytest.fixture
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / request.param
    ignored = shutil.ignore_patterns("*.duckdb*", "clips", "__pycache__")
    shutil.copytree(EXAMPLES / request.param, folder, ignore=ignored)
    monkeypatch.chdir(folder)
    return folder


def run(*command: str, **variables: str) -> dict[str, tuple[int, int, int]]:
    """New, stale and orphaned samples by feature, as a script tells them."""
    environment = {**os.environ, **variables, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    found = re.findall(r"(\S+): (\d+) new, (\d+) stale, (\d+) orphaned", done.stdout)
    return {name: (int(new), int(stale), int(orphaned)) for name, new, stale, orphaned in found}


def busy(counts: dict[str, tuple[int, int, int]]) -> dict[str, tuple[int, int, int]]:
    return {name: count for name, count in counts.items() if any(count)}


@pytest.mark.parametrize("project", NAMES, indirect=True)
def test_what_the_readme_shows(project: Path) -> None:
    assert pages.play(project / "README.md", project) >= 3


@pytest.mark.parametrize("project", ["python_video"], indirect=True)
def test_another_sound_touches_loudness_only(project: Path) -> None:
    run("make_clips.py", "a", "300", "10", "b", "400", "20", "c", "500", "30")
    assert set(run("run.py").values()) == {(3, 0, 0)}
    assert busy(run("run.py")) == {}
    run("make_clips.py", "b", "450", "-")
    assert busy(run("run.py")) == {"clip/raw": (0, 1, 0), "clip/loudness": (0, 1, 0)}
    run("make_clips.py", "c", "-", "31")
    assert busy(run("run.py")) == {"clip/raw": (0, 1, 0), "clip/brightness": (0, 1, 0)}
    (project / "clips" / "a.wav").unlink()
    assert set(run("run.py").values()) == {(0, 0, 1)}


@pytest.mark.parametrize("project", ["python_aggregation"], indirect=True)
def test_another_chapter_touches_its_book_only(project: Path) -> None:
    assert set(run("run.py").values()) == {(2, 0, 0)}
    assert busy(run("run.py")) == {}
    with open(project / "books" / "tower.txt", "a", encoding="utf-8") as file:
        file.write("# The roof\nFrom here the pigeons see the sea.\n")
    assert set(run("run.py").values()) == {(0, 1, 0)}
    assert busy(run("run.py")) == {}
    features = project / "library" / "features.py"
    text = features.read_text(encoding="utf-8")
    features.write_text(text.replace('key="summary", code_version="1"', 'key="summary", code_version="2"'), "utf-8")
    assert busy(run("run.py")) == {"book/summary": (0, 2, 0)}


@pytest.mark.parametrize("project", ["python_branch"], indirect=True)
def test_a_branch_leaves_production_alone(project: Path) -> None:
    assert set(run("run.py", METAXY_STORE="prod").values()) == {(3, 0, 0)}
    before = (project / "prod.duckdb").read_bytes()
    assert busy(run("run.py")) == {}
    (project / "stations" / "sea_2026-01-31.csv").write_text("celsius\n-1\n5\n", encoding="utf-8")
    assert set(run("run.py").values()) == {(0, 1, 0)}
    assert busy(run("run.py")) == {}
    assert (project / "prod.duckdb").read_bytes() == before


@pytest.mark.parametrize("project", ["python_lakehouse"], indirect=True)
def test_the_same_code_runs_production_on_servers(project: Path) -> None:
    servers = {
        "METAXY_CONFIG": "production.toml",
        "CATALOG_HOST": postgresql_uri().partition("host=")[2],
        "CATALOG_DATABASE": "postgres",
        "CATALOG_USER": "metaxy",
        "CATALOG_PASSWORD": "x",
        "LAKE_BUCKET": object_store.BUCKET,
        "AWS_ENDPOINT_URL": f"http://{object_store.address()}",
        "AWS_ACCESS_KEY_ID": object_store.KEY,
        "AWS_SECRET_ACCESS_KEY": object_store.SECRET,
    }
    assert set(run("run.py", METAXY_STORE="prod", **servers).values()) == {(3, 0, 0)}
    assert busy(run("run.py", METAXY_STORE="preview", **servers)) == {}
    (project / "texts" / "delta.txt").write_text("A delta decides after all.", encoding="utf-8")
    assert set(run("run.py", METAXY_STORE="preview", **servers).values()) == {(0, 1, 0)}
    assert set(run("run.py", METAXY_STORE="prod", **servers).values()) == {(0, 1, 0)}
    assert list(object_store.files().glob("notes/**/*.parquet")) and not (project / "lake").exists()
