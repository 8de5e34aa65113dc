# SPDX-License-Identifier: Apache-2.0
"""The reference's command line, for scripts that were written for it: `python -m metaxy.cli.app …`.

`mx` is the program of this product; it does more, faster, and in words of its own.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from metaxy.cli import changes, drawing, features, status
from metaxy.cli.parsing import FLAG, FORMAT, LIST, TAGS, Command, Option, parse
from metaxy.cli.words import CommandError, fail, tell
from metaxy.models.feature_graph import FeatureGraph

if TYPE_CHECKING:
    from metaxy._core import FeatureKey
    from metaxy.config import MetaxyConfig


class Context:
    """What commands share: the configuration, the project, and the stores."""

    def __init__(self, config: MetaxyConfig, given: dict[str, Any]) -> None:
        self.config = config
        self.project = None if given["all_projects"] else given["project"] or config.project
        self._all_projects = given["all_projects"]

    def required_project(self) -> str:
        """Raises: SystemExit without one."""
        if self.project is None:
            fail("This command needs one project: set `project` in metaxy.toml, or use --project.")
        return self.project

    def store(self, given: dict[str, Any], mode: Any = "r") -> AbstractContextManager[Any]:
        """The store that is meant, open."""
        return self.config.get_store(given.get("store")).open(mode)

    def selected(self, given: dict[str, Any]) -> tuple[list[FeatureKey], list[str]]:
        """Keys of features that are named or all, and names that are no feature's. Raises: CommandError."""
        from pydantic import ValidationError

        from metaxy.models.types import coerce_to_feature_key

        words, everything = given["words"], given["all_features"]
        if words and everything:
            flags = ["--all-features", "<features>"]
            text = "Cannot specify both --all-features and feature arguments"
            raise CommandError(text, "CONFLICTING_FLAGS", conflicting_flags=flags)
        if not words and not everything:
            flags = ["--all-features", "<features>"]
            text = "Must specify either --all-features or feature arguments"
            raise CommandError(text, "MISSING_REQUIRED_FLAG", required_flags=flags)
        graph = FeatureGraph.get_active()
        if everything:
            return graph.list_features(only_current_project=not self._all_projects), []
        found, missing = [], []
        for word in words:
            try:
                key = coerce_to_feature_key(word)
            except ValidationError as error:
                raise CommandError(f"Invalid feature key '{word}': {error}", "INVALID_FEATURE_KEY", key=word) from None
            if key in graph.feature_definitions_by_key:
                found.append(key)
            else:
                missing.append(str(key))
        return found, missing


def _filter(text: str) -> Any:
    from metaxy.models.filter_expression import parse_filter_string

    try:
        return parse_filter_string(text)
    except ValueError as error:
        raise ValueError(f"Invalid filter syntax: {error}") from None


def _mcp(context: Context, given: dict[str, Any]) -> None:
    try:
        from metaxy.ext.mcp.server import run_server
    except ImportError:
        fail("The MCP server needs packages that are not installed: pip install 'metaxy[mcp]'.")
    run_server()


def _shell(context: Context, given: dict[str, Any]) -> None:
    while True:
        try:
            line = input("metaxy> ")
        except EOFError:
            return
        if line.strip() in ("exit", "quit"):
            return
        try:
            _run(shlex.split(line))
        except SystemExit:
            pass


_STORE = Option("store")
_ALL = Option("all-features", FLAG, False)
_VERBOSE = Option("verbose", FLAG, False, "v")
_FILTER = Option("filter", LIST, convert=_filter)
_PICTURE = (
    Option("format", default="terminal", short="f"),
    Option("type", default="graph", short="t"),
    Option("output", short="o"),
    Option("snapshot"),
    _STORE,
    Option("minimal", FLAG, False),
    Option("verbose", FLAG, False),
    *(Option(f"show-{name.replace('_', '-')}", FLAG) for name in drawing._SHOWN),
    Option("hash-length", convert=int),
    Option("direction", default="TB"),
    Option("feature"),
    Option("up", convert=int),
    Option("down", convert=int),
    Option("title"),
)

COMMANDS: dict[tuple[str, ...], Command] = {
    ("list", "features"): Command(features.list_features, "List features.", (_VERBOSE, FORMAT)),
    ("list", "stores"): Command(features.list_stores, "List stores.", (FORMAT,)),
    ("describe", "features"): Command(features.describe_features, "Describe features.", (_ALL, FORMAT), (0, None)),
    ("describe", "graph"): Command(features.describe, "Describe the graph.", (Option("snapshot"), _STORE)),
    ("config", "print"): Command(
        features.config_print,
        "Print the configuration.",
        (Option("format", default="toml", short="f", choices=("toml", "json")),),
    ),
    ("history",): Command(features.history, "Show pushed versions.", (_STORE, Option("limit", convert=int))),
    ("push",): Command(changes.push, "Record the project's definitions.", (_STORE, Option("tags", TAGS, short="t"))),
    ("lock",): Command(changes.lock, "Write metaxy.lock.", (_STORE, Option("output", short="o"))),
    ("metadata", "status"): Command(
        status.status,
        "Show what must be computed.",
        (
            *(_ALL, _STORE, _FILTER, Option("global-filter", LIST, convert=_filter)),
            *(Option("stale-if", LIST, convert=_filter), Option("snapshot-id"), Option("assert-in-sync", FLAG, False)),
            *(_VERBOSE, Option("progress", FLAG, False), Option("allow-fallback-stores", FLAG, True), FORMAT),
        ),
        (0, None),
    ),
    ("metadata", "delete"): Command(
        changes.delete,
        "Delete samples.",
        (
            *(_ALL, _STORE, _FILTER, Option("hard", FLAG, False), Option("with-feature-history", FLAG, False)),
            *(Option("yes", FLAG, False), Option("dry-run", FLAG, False)),
        ),
        (0, None),
    ),
    ("metadata", "rebase"): Command(
        changes.rebase,
        "Bring records over to another feature version.",
        (Option("from", is_required=True), Option("to"), _STORE, Option("dry-run", FLAG, False)),
        (1, 1),
    ),
    ("metadata", "copy"): Command(
        changes.copy,
        "Copy records to another store.",
        (
            *(_ALL, Option("from", is_required=True), Option("to", is_required=True), _FILTER),
            *(Option("with-feature-history", FLAG, True), Option("with-sample-history", FLAG, False)),
        ),
        (0, None),
    ),
    ("graph", "render"): Command(drawing.render, "Draw the graph.", _PICTURE),
    ("graph-diff", "render"): Command(drawing.diff, "Draw what changed.", _PICTURE, (1, 2)),
    ("mcp",): Command(_mcp, "Run the MCP server."),
    ("shell",): Command(_shell, "Run commands one after the other."),
}
_ALIASES = {("list", "feature"): "features", ("list", "store"): "stores", ("describe", "feature"): "features"}


def _load_variables() -> None:
    """What `.env` of the working directory sets and the environment does not."""
    path = Path.cwd() / ".env"
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip().strip("'\""))


def _split(tokens: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """The command's name and the rest; global options may stand before it."""
    before: list[str] = []
    rest = list(tokens)
    while rest and rest[0].startswith("-"):
        before.append(rest.pop(0))
        if before[-1] in ("--config-file", "--project") and rest:
            before.append(rest.pop(0))
    for length in (2, 1):
        name = tuple(rest[:length])
        if name in _ALIASES:
            name = (name[0], _ALIASES[name])
        if name in COMMANDS:
            return name, before + rest[length:]
    groups = {name[0] for name in COMMANDS}
    if rest[:1] and rest[0] in groups:
        known = ", ".join(name[1] for name in COMMANDS if name[0] == rest[0])
        if len(rest) == 1 or rest[1] in ("-h", "--help"):
            _help(rest[0])
        fail(f'Unknown command "{rest[1]}". Available commands: {known}.')
    if not rest:
        _help("")
    fail(f'Unknown command "{rest[0]}". Available commands: {", ".join(sorted(groups))}.')


def _help(group: str) -> None:
    tell(f"Usage: metaxy {group + ' ' if group else ''}COMMAND [OPTIONS]\n\nCommands:")
    for name, command in COMMANDS.items():
        if name[0] == group or not group:
            tell(f"  {' '.join(name):<20} {command.about}")
    raise SystemExit(0)


def _help_of(name: tuple[str, ...]) -> None:
    tell(f"Usage: metaxy {' '.join(name)} [OPTIONS]\n\n{COMMANDS[name].about}\n\nOptions:")
    for option in COMMANDS[name].options:
        tell(f"  --{option.name}{', -' + option.short if option.short else ''}")
    raise SystemExit(0)


def _run(tokens: list[str]) -> None:
    if tokens in (["--version"], ["-v"]):
        from metaxy._version import __version__

        tell(__version__)
        return
    if not tokens or tokens[0] in ("-h", "--help"):
        _help("")
    name, rest = _split(tokens)
    if "--help" in rest or "-h" in rest:
        _help_of(name)
    command = COMMANDS[name]
    _load_variables()
    words, given = parse(command, " ".join(name), rest)
    given["words"] = words
    try:
        context = _context(given)
        raise SystemExit(command.run(context, given) or 0)
    except CommandError as error:
        error.show(given.get("format") == "json")
        raise SystemExit(1) from None


def _context(given: dict[str, Any]) -> Context:
    from metaxy.config import MetaxyConfig
    from metaxy.entrypoints import init

    file = given["config_file"] or os.environ.get("METAXY_CONFIG_FILE") or None
    config = MetaxyConfig.load(file)
    if given["locked"] is not None:
        config = config.model_copy(update={"locked": given["locked"]})
    init(config)
    if given["sync"]:
        from metaxy.utils.external_features import sync_external_features

        with config.get_store().open("r") as store:
            sync_external_features(store)
    return Context(config, given)


class App:
    """The command line as a function of its words."""

    def __call__(self, tokens: str | Iterable[str] | None = None, **_: Any) -> None:
        """Runs a command in this process.

        Args:
            tokens: the command's words, or its line; absent: those that this process was started with.

        Raises:
            SystemExit: always, with the command's exit code.
        """
        words = sys.argv[1:] if tokens is None else shlex.split(tokens) if isinstance(tokens, str) else list(tokens)
        try:
            _run(words)
        except SystemExit:
            raise
        except Exception as error:
            import traceback

            tell(f"Error: {error}")
            if os.environ.get("METAXY_LOG_LEVEL", "").upper() == "DEBUG":
                traceback.print_exc()
            raise SystemExit(1) from None
        raise SystemExit(0)

    @property
    def meta(self) -> App:
        """The same: global options are options of every command."""
        return self


app = App()
launcher = app


def main() -> None:
    """What `python -m metaxy.cli.app` runs. Raises: SystemExit."""
    app()


if __name__ == "__main__":
    main()
