# SPDX-License-Identifier: Apache-2.0
"""How the commands speak: tables, JSON and errors."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from typing import Any, NoReturn


def say(text: str = "") -> None:
    """Data, on standard output."""
    print(text, file=sys.stdout)


def tell(text: str = "") -> None:
    """How the command fares, on standard error."""
    print(text, file=sys.stderr)


def say_json(values: Any, indent: int | None = None) -> None:
    """Data as JSON."""
    say(json.dumps(values, indent=indent, default=str))


class CommandError(Exception):
    """A command that cannot do what it was asked; `code` is for programs, `details` go into JSON beside it."""

    def __init__(self, message: str, code: str = "GENERIC_ERROR", *, hint: str = "", **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint
        self.details = details

    def show(self, as_json: bool) -> None:
        """In the form that the command's data would have."""
        if as_json:
            say_json({"error": self.code, "message": str(self), **self.details})
            return
        say(f"Error: {self}")
        if self.hint:
            say(f"Hint: {self.hint}")


def fail(message: str) -> NoReturn:
    """Ends the command. Raises: SystemExit."""
    tell(f"Error: {message}")
    raise SystemExit(1)


def width() -> int:
    """Of the terminal; 200 columns when there is none."""
    if os.environ.get("COLUMNS", "").isdigit():
        return int(os.environ["COLUMNS"])
    return shutil.get_terminal_size((200, 24)).columns if sys.stdout.isatty() else 200


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "", aligned: str = "") -> str:
    """A table with lines around it. `aligned`: `<`, `>` or `^` for each column; the last one is wrapped."""
    aligned = aligned or "<" * len(heads)
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max([len(heads[i]), *(len(row[i]) for row in texts)]) for i in range(len(heads))]
    room = width() - sum(widths[:-1]) - 3 * len(widths) - 1
    widths[-1] = max(min(widths[-1], room), len(heads[-1]))

    def line(cells: Sequence[str], bar: str) -> str:
        filled = (f" {cell:{align}{size}} " for cell, align, size in zip(cells, aligned, widths))
        return bar + bar.join(filled) + bar

    def rule(left: str, dash: str, cross: str, right: str) -> str:
        return left + cross.join(dash * (size + 2) for size in widths) + right

    out = [line(heads, "┃"), rule("┡", "━", "╇", "┩")]
    out.insert(0, rule("┏", "━", "┳", "┓"))
    for row in texts:
        parts = textwrap.wrap(row[-1], widths[-1]) or [""]
        out.append(line([*row[:-1], parts[0]], "│"))
        out.extend(line([*[""] * (len(row) - 1), part], "│") for part in parts[1:])
    out.append(rule("└", "─", "┴", "┘"))
    if title:
        out[:0] = [part.center(len(out[0])).rstrip() for part in title.split("\n")]
    return "\n".join(out)
