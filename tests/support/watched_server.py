# SPDX-License-Identifier: Apache-2.0
"""Starting and stopping servers of the tests from the command line: `start FILE` leaves one running, `stop FILE` ends it."""
import os
import time
from pathlib import Path


def start(file, make, address_of, tend=lambda server: None):
    """Leaves a watcher behind, which stops the server when the file or the caller is gone; `tend` is called meanwhile.

    The file has what `address_of` says of the server that `make` gives; it is there when this returns.
    """
    caller = os.getppid()
    file = Path(file).resolve()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.setsid()
        os.close(reader)
        for descriptor in (0, 1, 2):
            os.dup2(os.open(os.devnull, os.O_RDWR), descriptor)
        server = make()
        temporary = file.with_suffix(".new")
        temporary.write_text(address_of(server))
        temporary.replace(file)
        os.write(writer, b"ready")
        os.close(writer)
        while file.exists() and Path(f"/proc/{caller}").exists():
            tend(server)
            time.sleep(0.2)
        server.stop()
        file.unlink(missing_ok=True)
        os._exit(0)
    os.close(writer)
    if os.read(reader, 5) != b"ready":
        raise SystemExit("server.py: the server did not start")
    return 0


def stop(file):
    Path(file).unlink(missing_ok=True)
    return 0
