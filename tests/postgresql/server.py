#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server for tests, in a scratch folder, reached by a Unix socket only.

    server.py run COMMAND…      runs a command beside a server; METAXY_TEST_POSTGRESQL is its URI
    server.py start FILE [NAME=VALUE…]
                                starts one with more settings, which ends with the process that called, and writes its
                                URI to FILE; one that was killed is started again
    server.py stop FILE         stops it

PostgreSQL refuses root: then the server runs as user postgres or nobody.
"""
import glob
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
import watched_server  # noqa: E402

SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "autovacuum_naptime": "10s",
}


def programs():
    """The folder of the newest installed server."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"), key=lambda path: int(path.split("/")[4]))
    if found:
        return Path(found[-1]).parent
    postgres = shutil.which("postgres")
    if not postgres:
        raise SystemExit("server.py: no PostgreSQL server is installed; run tools/install_packages.sh")
    return Path(postgres).parent


def server_user():
    """Who runs the server when we are root: (uid, gid), else nothing."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        except KeyError:
            continue
    raise SystemExit("server.py: there is no user to run PostgreSQL as")


class Server:
    """One server; `stop` ends it and removes its folder."""

    def __init__(self, settings=()):
        self.user = user = server_user()
        self.folder = Path(tempfile.mkdtemp(prefix="metaxy-pg-"))
        if user:
            os.chown(self.folder, user["user"], user["group"])
        data = self.folder / "data"
        quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "cwd": self.folder, **user}
        made = subprocess.run(
            [programs() / "initdb", "-D", data, "-U", "metaxy", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
             "--no-sync"], **quiet)
        if made.returncode != 0:
            raise SystemExit(made.stdout.decode())
        self.settings = [f"{name}={value}" for name, value in SETTINGS.items()] + list(settings)
        self.launch()
        self.uri = f"postgresql://metaxy@/postgres?host={self.folder}"
        self.wait()

    def launch(self):
        words = [word for setting in self.settings for word in ("-c", setting)]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [programs() / "postgres", "-D", self.folder / "data", "-k", self.folder, *words],
                stdout=log, stderr=log, cwd=self.folder, start_new_session=True, **self.user)

    def wait(self):
        for _ in range(300):
            ready = subprocess.run([programs() / "pg_isready", "-q", "-h", self.folder], cwd="/", check=False)
            if ready.returncode == 0:
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        log = (self.folder / "log").read_text()
        self.stop()
        raise SystemExit("server.py: the server did not start\n" + log)

    def stop(self):
        stop_process(self.process.pid)
        shutil.rmtree(self.folder, ignore_errors=True)


def stop_process(pid):
    """SIGINT ends a server at once, but cleanly."""
    for kind in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        try:
            os.kill(pid, kind)
        except ProcessLookupError:
            return
        for _ in range(100):
            try:
                if os.waitpid(pid, os.WNOHANG)[0] == pid:
                    return
            except ChildProcessError:
                try:
                    os.kill(pid, 0)
                except ProcessLookupError:
                    return
            time.sleep(0.05)


def run(command):
    server = Server()
    try:
        return subprocess.run(command, env={**os.environ, "METAXY_TEST_POSTGRESQL": server.uri}, check=False).returncode
    finally:
        server.stop()


def start(file, settings):
    def tend(server):
        if server.process.poll() is not None:
            server.launch()

    return watched_server.start(file, lambda: Server(settings), lambda server: server.uri, tend)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    what, *rest = sys.argv[1:] or [""]
    if what == "run" and rest:
        sys.exit(run(rest))
    if what == "start" and rest:
        sys.exit(start(rest[0], rest[1:]))
    if what == "stop" and len(rest) == 1:
        sys.exit(watched_server.stop(rest[0]))
    sys.exit(__doc__)
