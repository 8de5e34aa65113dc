#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plays the console blocks of README.md and compares the outputs.

    tour_test.py MX            compare
    tour_test.py MX --accept   rewrite the README's outputs; ends with exit code 1, so that it never looks like a pass
"""
import difflib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"
BLOCK = re.compile(r"(```console\n)(.*?)(```)", re.DOTALL)
MARK = "-- end of command --"


def commands(block):
    """The commands of a block, each as it would be typed: here-documents and quoted lines belong to it."""
    lines, out = block.splitlines(), []
    at = 0
    while at < len(lines):
        if not lines[at].startswith("$ "):
            at += 1  # output
            continue
        command = [lines[at][2:]]
        at += 1
        while not complete(command):
            command.append(lines[at])
            at += 1
        out.append("\n".join(command))
    return out


def complete(command):
    here = re.search(r"<<'(\w+)'", command[0])
    if here:
        return command[-1] == here.group(1)
    return "\n".join(command).count("'") % 2 == 0


def play(blocks, mx):
    """The blocks as a terminal would show them."""
    script = "export NO_COLOR=1\nmx() { \"$MX\" \"$@\"; }\n"
    for block in blocks:
        for command in block:
            script += f"{command}\necho '{MARK}'\n"
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["bash"], input=f"exec 2>&1\nset -o pipefail\n{script}", cwd=folder, text=True,
                              env={"PATH": "/usr/local/bin:/usr/bin:/bin", "MX": mx, "HOME": folder, "COLUMNS": "120"},
                              stdout=subprocess.PIPE, check=False, timeout=300)
    outputs = done.stdout.split(MARK + "\n")[:-1]
    shown = []
    for block in blocks:
        text = ""
        for command in block:
            output = outputs.pop(0)
            text += f"$ {command}\n{output}" + ("\n" if output and not output.endswith("\n") else "")
        shown.append(text)
    return shown


def main():
    mx = str(Path(sys.argv[1]).resolve())
    text = README.read_text(encoding="utf-8")
    shown = iter(play([commands(found.group(2)) for found in BLOCK.finditer(text)], mx))
    real = BLOCK.sub(lambda found: found.group(1) + next(shown) + found.group(3), text)
    if "--accept" in sys.argv:
        README.write_text(real, encoding="utf-8")
        print("README.md was rewritten")
        return 1
    difference = list(difflib.unified_diff(text.splitlines(), real.splitlines(), "README.md", "real", lineterm=""))
    print("\n".join(difference) or "the tour is as README.md tells it")
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main())
