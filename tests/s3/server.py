#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An S3 server for tests (versitygw) on files of a scratch folder.

    server.py run COMMAND…      runs a command beside a server; METAXY_TEST_S3 is its address
    server.py start FILE        starts one that ends with the process that called, and writes its address to FILE
    server.py stop FILE         stops it

It has one bucket, BUCKET, and knows one user, KEY and SECRET.
"""
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
import watched_server  # noqa: E402

KEY = "metaxy-tests"
SECRET = "hidden/it's+=%&secret"
BUCKET = "lake"
REGION = "us-east-1"
PROGRAM = Path(os.environ.get("METAXY_DEPS") or Path.home() / ".cache/metaxy/deps") / "versitygw-1.8.0/versitygw"
PATIENCE = 30


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


class Server:
    """One server; `stop` ends it and removes its folder."""

    def __init__(self):
        if not PROGRAM.exists():
            raise SystemExit(f"server.py: there is no S3 server {PROGRAM}; run tools/fetch_deps.sh")
        self.folder = Path(tempfile.mkdtemp(prefix="metaxy-s3-"))
        # Buckets are folders; what S3 knows beyond files lies beside them, for not every disk has extended attributes.
        self.files, beside = self.folder / "buckets", self.folder / "beside"
        (self.files / BUCKET).mkdir(parents=True)
        beside.mkdir()
        self.address = f"127.0.0.1:{free_port()}"
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "--quiet", "--port", self.address, "--region", REGION, "posix", "--sidecar", beside, self.files],
                env={**os.environ, "ROOT_ACCESS_KEY": KEY, "ROOT_SECRET_KEY": SECRET},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.wait()

    def wait(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"http://{self.address}/", timeout=5).close()
                return
            except urllib.error.HTTPError:  # it refuses who has no key
                return
            except OSError:
                time.sleep(0.02)
        log = (self.folder / "log").read_text()
        self.stop()
        raise SystemExit("server.py: the S3 server did not start\n" + log)

    def stop(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def run(command):
    server = Server()
    try:
        return subprocess.run(command, env={**os.environ, "METAXY_TEST_S3": server.address}, check=False).returncode
    finally:
        server.stop()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    what, *rest = sys.argv[1:] or [""]
    if what == "run" and rest:
        sys.exit(run(rest))
    if what == "start" and len(rest) == 1:
        sys.exit(watched_server.start(rest[0], Server, lambda server: server.address))
    if what == "stop" and len(rest) == 1:
        sys.exit(watched_server.stop(rest[0]))
    sys.exit(__doc__)
