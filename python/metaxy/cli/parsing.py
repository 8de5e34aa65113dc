# SPDX-License-Identifier: Apache-2.0
"""The words of a command line as values."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from metaxy.cli.words import fail

FLAG, VALUE, LIST, TAGS = "flag", "value", "list", "tags"


@dataclass(frozen=True)
class Option:
    """`--name`, what it takes, and what it is when it is not given."""

    name: str
    kind: str = VALUE
    default: Any = None
    short: str = ""
    choices: tuple[str, ...] = ()
    is_required: bool = False
    convert: Callable[[str], Any] = str

    @property
    def attribute(self) -> str:
        """The key of its value."""
        return self.name.replace("-", "_")


@dataclass(frozen=True)
class Command:
    """What runs, its options, and how many words it takes beside them: the least and the most."""

    run: Callable[[Any, dict[str, Any]], int | None]
    about: str
    options: tuple[Option, ...] = ()
    words: tuple[int, int | None] = (0, 0)


GLOBAL = (
    Option("config-file"),
    Option("project"),
    Option("all-projects", FLAG, False),
    Option("sync", FLAG, False),
    Option("locked", FLAG, None),
)
FORMAT = Option("format", VALUE, "plain", "f", ("plain", "json"))


def parse(command: Command, title: str, tokens: list[str]) -> tuple[list[str], dict[str, Any]]:
    """Words and option values; those that are not given come from the variables METAXY_<COMMAND>_<OPTION>.

    Raises: SystemExit for what the command does not know.
    """
    options = (*command.options, *GLOBAL)
    known = {f"--{option.name}": option for option in options}
    known.update({f"-{option.short}": option for option in options if option.short})
    out: dict[str, Any] = {
        it.attribute: [] if it.kind == LIST else {} if it.kind == TAGS else it.default for it in options
    }
    words: list[str] = []
    waiting = list(tokens)
    while waiting:
        token = waiting.pop(0)
        if token == "--":
            words += waiting
            break
        if not token.startswith("-") or token == "-":
            words.append(token)
            continue
        name, equals, given = token.partition("=")
        if _set_flag(known, name, given if equals else None, out):
            continue
        option = known.get(name) or known.get(name.partition(".")[0])
        if option is None:
            fail(f'Unknown option: "{name}".')
        if not equals:
            if not waiting:
                fail(f'Command "{title}" parameter {name} requires an argument.')
            given = waiting.pop(0)
        _store(option, name, given, out)
    _set_by_variables(command, title, tokens, out)
    for option in command.options:
        if option.is_required and out[option.attribute] is None:
            fail(f'Command "{title}" parameter --{option.name} requires an argument.')
    _check_words(command, title, words)
    return words, out


def _set_by_variables(command: Command, title: str, tokens: list[str], out: dict[str, Any]) -> None:
    prefix = f"METAXY_{title}_".replace(" ", "_").replace("-", "_").upper()
    said = {token.partition("=")[0].partition(".")[0].replace("--no-", "--", 1) for token in tokens}
    variables = [(f"{prefix}{option.attribute.upper()}", option) for option in command.options]
    variables.append(("METAXY_ALL_PROJECTS", next(option for option in GLOBAL if option.name == "all-projects")))
    for variable, option in variables:
        value = os.environ.get(variable)
        if value is None or said & {f"--{option.name}", f"-{option.short}"}:
            continue
        if option.kind == FLAG:
            out[option.attribute] = value.lower() in ("true", "yes", "1", "on")
        else:
            _store(option, f"--{option.name}", value, out)


def _set_flag(known: Mapping[str, Option], name: str, given: str | None, out: dict[str, Any]) -> bool:
    for flag, value in (
        (name, True),
        (name.replace("--no-", "--", 1), False),
        (name.replace("--soft", "--hard"), False),
    ):
        option = known.get(flag)
        if option is not None and option.kind == FLAG and (value or flag != name):
            said = given is None or given.lower() in ("true", "yes", "1", "on")
            out[option.attribute] = said is value
            return True
    return False


def _store(option: Option, name: str, given: str, out: dict[str, Any]) -> None:
    if option.choices and given not in option.choices:
        fail(f'Invalid value "{given}" for --{option.name}. Choose from: {", ".join(option.choices)}.')
    if option.kind == TAGS:
        key, _, rest = name.partition(".")[2], "", given
        if not key:
            key, _, rest = given.partition("=")
        out[option.attribute][key] = rest
        return
    try:
        value = option.convert(given)
    except ValueError as error:
        fail(f'{error} (--{option.name} "{given}")')
    if option.kind == LIST:
        out[option.attribute].append(value)
    else:
        out[option.attribute] = value


def _check_words(command: Command, title: str, words: list[str]) -> None:
    least, most = command.words
    if len(words) < least:
        fail(f'Command "{title}" requires an argument.')
    if most is not None and len(words) > most:
        fail(f'Unused words of command "{title}": {" ".join(words[most:])}.')
