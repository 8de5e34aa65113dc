# SPDX-License-Identifier: Apache-2.0
"""The program `mx` that is installed with the package: it knows the features that Python code declares."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import metaxy as mx
from metaxy import _core

RAW = """
import metaxy as mx

class Raw(mx.BaseFeature, spec=mx.FeatureSpec(key="video/raw", id_columns=["id"], fields=["audio", "frames"])):
    '''Videos as they came.'''
    __metaxy_project__ = "media"
    id: str
    path: str
"""
FACES = """
[features.faces]
id = "id"
deps = ["video/raw"]
fields = ["frames"]
"""


class Program:
    """`mx` in a project of its own. `started`: how often Python was."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = folder / "project"
        self.project.mkdir()
        hooks = folder / "hooks"
        hooks.mkdir()
        self._starts = folder / "starts"
        (hooks / "sitecustomize.py").write_text(f"open({str(self._starts)!r}, 'a').write('x')\n")
        search = [str(hooks), os.environ.get("PYTHONPATH", "")]
        self.environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, search)), "NO_COLOR": "1"}
        self.path = Path(sys.executable).parent / "mx"
        if not self.path.exists():  # in a build tree
            self.path = Path(_core.__file__).parents[2] / "bin" / "mx"
            self.environment["METAXY_PYTHON"] = sys.executable

    @property
    def started(self) -> int:
        return len(self._starts.read_text()) if self._starts.exists() else 0

    def write(self, name: str, text: str) -> None:
        path = self.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def configure(self, settings: str = "") -> None:
        store = '[stores.dev]\ntype = "duckdb"\n[stores.dev.config]\ndatabase = "metaxy.duckdb"\n'
        self.write("metaxy.toml", f'project = "media"\n{settings}\n{store}')

    def start(self, *words: str, **variables: str) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        environment = {**self.environment, **variables}
        command = [str(self.path), *words]
        return subprocess.Popen(
            command, cwd=self.project, env=environment, stdout=pipe, stderr=pipe, text=True, start_new_session=True
        )

    def run(self, *words: str, expect: int = 0, **variables: str) -> tuple[str, str]:
        """Standard output and standard error."""
        with self.start(*words, **variables) as process:
            out, err = process.communicate(timeout=120)
        assert process.returncode == expect, (out, err)
        return out, err

    def keys(self, **variables: str) -> list[str]:
        out, _ = self.run("list", "features", "--all-projects", "--format", "json", expect=0, **variables)
        return [feature["key"] for feature in json.loads(out)["features"]]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


@pytest.fixture
def both(program: Program) -> Program:
    """A class, and a feature of a file that depends on it."""
    program.configure('entrypoints = ["media.raw"]')
    program.write("media/__init__.py", "")
    program.write("media/raw.py", RAW)
    program.write("features.toml", FACES)
    return program


def test_classes_and_files_make_one_graph(both: Program) -> None:
    out, err = both.run("list", "features", "--format", "json", "--verbose")
    raw, faces = json.loads(out)["features"]
    assert err == "" and both.started == 1
    assert (raw["key"], raw["source"], raw["project"]) == ("video/raw", "media.raw.Raw", "media")
    assert (faces["key"], faces["deps"]) == ("faces", ["video/raw"])
    both.run("lint")
    assert "video/raw" in both.run("graph", "render")[0]


def test_a_link_to_the_program_finds_the_same_python(both: Program) -> None:
    keys = both.keys()
    link = both.folder / "link"
    link.symlink_to(both.path)
    both.path = link
    assert both.keys() == keys and len(keys) == 2


def test_versions_are_those_of_the_package(both: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    version, _ = both.run("push")
    out, _ = both.run("list", "features", "--format", "json")
    monkeypatch.chdir(both.project)
    monkeypatch.syspath_prepend(both.project)
    try:
        config = mx.init()
        graph = mx.current_graph()
        assert {it["key"]: it["version"] for it in json.loads(out)["features"]} == {
            str(key): graph.get_feature_version(key) for key in graph.list_features()
        }
        with config.get_store().open("w") as store:
            pushed = mx.SystemTableStorage(store).push_graph_snapshot()
        assert (pushed.already_pushed, pushed.project_version) == (True, version.strip())
    finally:
        for name in ("media", "media.raw"):
            sys.modules.pop(name, None)


def test_every_command_works_on_classes(both: Program) -> None:
    both.write("raw.jsonl", '{"id": "a", "path": "x", "metaxy_provenance_by_field": {"audio": "1", "frames": "2"}}\n')
    both.run("write", "video/raw", "raw.jsonl")
    assert json.loads(both.run("status", "--format", "json")[0])["features"]["faces"]["missing"] == 1
    both.run("resolve", "faces", "-o", "todo.jsonl")
    both.run("write", "faces", "todo.jsonl")
    assert both.run("read", "faces", "-c", "id", "--format", "csv")[0].split() == ["id", "a"]
    both.run("explain", "faces", "a")
    both.run("delete", "video/raw", "--all", "--yes")
    assert json.loads(both.run("status", "--format", "json")[0])["features"]["faces"]["orphaned"] == 1
    both.run("drop", "video/raw", "--yes")


def test_rows_from_standard_input_are_not_read_by_python(both: Program) -> None:
    both.write("media/raw.py", "import sys\nprint('loading', repr(sys.stdin.read()))\n" + RAW)
    row = b'{"id": "a", "path": "x", "metaxy_provenance_by_field": {"audio": "1", "frames": "2"}}\n'
    command = [str(both.path), "write", "video/raw", "-", "--format", "jsonl"]
    done = subprocess.run(command, cwd=both.project, env=both.environment, input=row, capture_output=True)
    assert done.returncode == 0 and done.stdout == b"", done
    assert b"loading ''" in done.stderr and b"wrote 1 record" in done.stderr


def test_python_is_not_started_for_files_alone(program: Program) -> None:
    program.configure()
    program.write("features.toml", FACES.replace('deps = ["video/raw"]', ""))
    assert program.keys() == ["faces"] and program.started == 0
    program.run("status")
    program.run("push")
    assert program.started == 0


def test_variables_name_modules(program: Program) -> None:
    program.write("raw.py", RAW)
    assert program.keys(METAXY_ENTRYPOINT_1="raw") == ["video/raw"]
    assert program.keys(METAXY_ENTRYPOINTS='["raw"]') == ["video/raw"]


def test_installed_packages_declare_features(program: Program) -> None:
    library = program.folder / "library"
    metadata = library / "media_features-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: media-features\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[metaxy.project]\nmedia = media_features:load\n")
    (library / "media_features.py").write_text("def load():\n" + "\n".join(f"    {line}" for line in RAW.splitlines()))
    program.configure()
    search = os.pathsep.join([str(library), program.environment["PYTHONPATH"]])
    assert program.keys(PYTHONPATH=search) == ["video/raw"]


@pytest.mark.parametrize(
    ("code", "message", "lines"),
    [
        (None, "module 'media.raw': ModuleNotFoundError: No module named 'media.raw'", []),
        ("def f():\n    1 / 0\nf()", "'media.raw': ZeroDivisionError: division by zero", ["1 / 0"]),
        ("import gone", "'media.raw': ModuleNotFoundError: No module named 'gone'", ["import gone"]),
        ("def (", "module 'media.raw': SyntaxError", ["def ("]),
        ("raise SystemExit(3)", "Python code that declares features fails: SystemExit: 3", ["raise SystemExit(3)"]),
        (RAW.replace('["id"]', "[]"), "module 'media.raw': ValidationError", ["class Raw"]),
        (RAW + RAW.replace("class Raw", "class Other"), "Feature with key video/raw already registered", ["class Other"]),
    ],
)
def test_code_that_fails_is_one_message(both: Program, code: str | None, message: str, lines: list[str]) -> None:
    path = both.project / "media" / "raw.py"
    path.unlink() if code is None else path.write_text(code)
    for words in (["status"], ["lint"]):
        out, err = both.run(*words, expect=1)
        text = out + err
        assert message in text and "Traceback" not in text and "metaxy/entrypoints.py" not in text
        assert all(line in text for line in lines)
    out, _ = both.run("status", "--format", "json", expect=1)
    error: dict[str, Any] = json.loads(out)
    assert error["error"] == "invalid_spec" and message in error["message"]


def test_a_key_of_a_class_and_of_a_file_is_refused(both: Program) -> None:
    both.write("features.toml", '[features."video/raw"]\nid = "id"\n')
    _, err = both.run("list", "features", expect=1)
    assert "Feature with key video/raw already registered by" in err and "features.toml:" in err


def test_a_class_takes_the_place_of_an_external_feature(both: Program) -> None:
    both.write("features.toml", '[features."video/raw"]\nid = "id"\nexternal = true\n' + FACES)
    out, _ = both.run("list", "features", "--format", "json")
    known = {it["key"]: it["is_external"] for it in json.loads(out)["features"]}
    assert known == {"video/raw": False, "faces": False}


def test_external_features_of_code(both: Program) -> None:
    code = """
import metaxy as mx
spec = mx.FeatureSpec(key="video/raw", id_columns=["id"], fields=["audio", "frames"])
versions = {"audio": "a1", "frames": "f1"}
mx.current_graph().add_feature_definition(mx.FeatureDefinition.external(
    spec=spec, project="other", provenance_by_field=versions, on_version_mismatch="error"))
"""
    both.write("media/raw.py", code)
    out, _ = both.run("list", "features", "--all-projects", "--format", "json")
    raw = json.loads(out)["features"][0]
    assert (raw["is_external"], raw["project"], raw["source"]) == (True, "other", "media.raw")
    assert {field["key"]: field["version"] for field in raw["fields"]} == {"audio": "a1", "frames": "f1"}


def test_what_python_is_needed_for_is_known_when_files_have_faults(both: Program) -> None:
    both.write("features.toml", FACES + "nonsense = 1\n")
    _, err = both.run("list", "features", expect=1)
    assert "nonsense" in err and "video/raw" not in err and both.started == 0


@pytest.mark.parametrize("whom", ["program", "group"])  # a terminal interrupts all that run in it
def test_an_interrupt_ends_python_too(both: Program, whom: str) -> None:
    here = both.project / "loading"
    both.write("media/raw.py", f"import os, time\nopen({str(here)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)\n")
    process = both.start("status")
    try:
        deadline = time.monotonic() + 60
        while not (here.exists() and here.read_text()) and time.monotonic() < deadline:
            time.sleep(0.02)
        send = os.kill if whom == "program" else os.killpg
        send(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (process.returncode, out, err) == (130, "", "interrupted\n")
    with pytest.raises(ProcessLookupError):
        os.kill(int(here.read_text()), 0)
