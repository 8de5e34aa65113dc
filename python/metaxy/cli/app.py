# SPDX-License-Identifier: Apache-2.0
"""`python -m metaxy.cli.app …` is `mx …`, run by this Python."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path


def program() -> str:
    """The path of `mx`, that of this environment first. Raises: FileNotFoundError."""
    name = "mx.exe" if os.name == "nt" else "mx"
    for folder in (sysconfig.get_path("scripts"), Path(sys.executable).parent):
        if (Path(folder) / name).exists():
            return str(Path(folder) / name)
    found = shutil.which(name)
    if found is None:
        raise FileNotFoundError("the program mx is not beside this Python, nor in a folder of PATH")
    return found


def app(tokens: str | Iterable[str] | None = None) -> None:
    """Runs a command and ends as it does; what it prints goes to `sys.stdout` and `sys.stderr` as they are now.

    Args:
        tokens: the command's words, or its line; absent: those that this process was started with.

    Raises:
        SystemExit: always, with the command's exit code.
    """
    if tokens is None:
        raise SystemExit(subprocess.run([program(), *sys.argv[1:]], check=False).returncode)
    words = shlex.split(tokens) if isinstance(tokens, str) else list(tokens)
    done = subprocess.run([program(), *words], check=False, capture_output=True, text=True)
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr)
    raise SystemExit(done.returncode)


def main() -> None:
    """What the program starts with. Raises: SystemExit."""
    app()


if __name__ == "__main__":
    main()
