# SPDX-License-Identifier: Apache-2.0
"""Plays a page of the documentation: every fenced block is executed or checked, in the order of the page.

| block | what happens |
|---|---|
| `title="name"` | becomes a file of that name in the page's folder |
| `python` | examples with `>>>`, which share their names over the whole page |
| `console` | lines after `$` are run by bash; what follows them is what they must print |
| `toml` | a configuration, or a file of features, without faults |
| `sql` | every line is a filter |
| `text`, or none | only shown |

`...` stands for any output.
"""

from __future__ import annotations

import contextvars
import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import metaxy as mx
from metaxy import _core

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FENCE = re.compile(r"^ {0,3}```([^\n`]*)\n(.*?)^ {0,3}```\s*$", re.DOTALL | re.MULTILINE)
TITLE = re.compile(r'title="([^"]+)"')
FLAGS = doctest.ELLIPSIS


class Block(NamedTuple):
    language: str
    title: str | None
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page. Raises: AssertionError when a fence is left open."""
    text = page.read_text(encoding="utf-8")
    out = []
    for found in FENCE.finditer(text):
        title = TITLE.search(found[1])
        line = text.count("\n", 0, found.start(2))
        out.append(Block(found[1].split(" ")[0].strip(), title[1] if title else None, found[2], line))
    fences = len(re.findall(r"^ {0,3}```", text, re.MULTILINE))
    assert fences == 2 * len(out), f"{page.name}: a block is not closed"
    return out


def play(page: Path, folder: Path) -> int:
    """Plays a page in a folder, which is the working directory. Returns how many blocks were executed or checked."""
    names: dict[str, Any] = {"__name__": page.stem}
    process = mx.FeatureGraph._process[:]
    mx.FeatureGraph.set_active(mx.FeatureGraph())
    played = 0
    try:
        for block in blocks(page):
            place = f"{page.name}:{block.line}"
            if block.title is not None:
                file = folder / block.title
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(block.text, encoding="utf-8")
            if block.title is None or block.language == "toml":
                # A page makes its graph the process's, which that of the test's context would hide.
                contextvars.Context().run(_PLAYERS[block.language], block, place, names)
            played += block.language not in ("text", "")
    finally:
        mx.FeatureGraph._process[:] = process
    return played


def _python(block: Block, place: str, names: dict[str, Any]) -> None:
    test = doctest.DocTestParser().get_doctest(block.text, names, place, place.partition(":")[0], block.line)
    assert test.examples, f"{place}: a block of Python has examples, or a title"
    test.globs = names  # get_doctest copies them
    told: list[str] = []
    results = doctest.DocTestRunner(optionflags=FLAGS).run(test, out=told.append, clear_globs=False)
    assert results.failed == 0, "".join(told)


def _console(block: Block, place: str, names: dict[str, Any]) -> None:
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "120"}
    # Our plugin and no other: that is quicker, and in the build tree pytest could not find it.
    environment |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "metaxy.testing"}
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", "")])
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    for command, expected in _commands(block.text):
        done = subprocess.run(
            ["bash", "-c", command], capture_output=True, text=True, env=environment, check=False, timeout=120
        )
        found = done.stdout + done.stderr
        assert doctest.OutputChecker().check_output(expected, found, FLAGS), (
            f"{place}: {command}\nexpected:\n{expected}\nfound:\n{found}"
        )


def _commands(text: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def _toml(block: Block, place: str, names: dict[str, Any]) -> None:
    tables = set(tomllib.loads(block.text))
    if block.title is not None and not {"features", "stores", "project"} & tables:
        return  # a file of another program
    folder = Path("toml")
    folder.mkdir(exist_ok=True)
    file = folder / f"line_{block.line}.toml"
    file.write_text(re.sub(r"^extend = .*$", "", block.text, flags=re.MULTILINE), encoding="utf-8")
    if tables & {"store", "stores", "entrypoints", "extend"} or "[features." not in block.text:
        active = mx.MetaxyConfig._process[:]
        mx.MetaxyConfig.load(file)
        mx.MetaxyConfig._process[:] = active
    else:
        assert _core.load_feature_files(patterns=[file.name], folder=folder, project="page"), place


def _sql(block: Block, place: str, names: dict[str, Any]) -> None:
    for line in block.text.splitlines():
        _core.parse_filter(line)


def _text(block: Block, place: str, names: dict[str, Any]) -> None:
    pass


_PLAYERS = {"python": _python, "console": _console, "toml": _toml, "sql": _sql, "text": _text, "": _text}
