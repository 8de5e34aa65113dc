#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Starts and stops the ClickHouse servers of the tests.

    server.py start FOLDER PROGRAM LIBRARY   starts two servers, each a shard of the cluster `two`
    server.py stop FOLDER                    stops them
    server.py run FOLDER COMMAND …           runs a command that is told of them by METAXY_TEST_CLICKHOUSE

What is started is known by the process ids in FOLDER, so that it can be stopped whatever happened to the tests.
"""
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

CONFIGURATION = """<clickhouse>
  <users_config>{folder}/users.xml</users_config>
  <remote_servers><two>
    <shard><internal_replication>true</internal_replication><replica><host>127.0.0.1</host><port>{first}</port></replica></shard>
    <shard><internal_replication>true</internal_replication><replica><host>127.0.0.1</host><port>{second}</port></replica></shard>
  </two></remote_servers>
</clickhouse>
"""
# `careful` may read and change one database's tables only where it is granted; `guest` may not change settings.
USERS = """<clickhouse>
  <users>
    <default><no_password/><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default>
    <careful><password>s3cret/&amp;?</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
      <grants><query>GRANT SELECT ON *.*</query></grants></careful>
    <guest><no_password/><networks><ip>127.0.0.1</ip></networks><profile>guest</profile><quota>default</quota></guest>
  </users>
  <profiles><default/><guest><readonly>1</readonly></guest></profiles><quotas><default/></quotas>
</clickhouse>
"""
PATIENCE = 60


def free_ports(count):
    held = [socket.socket() for _ in range(count)]
    for each in held:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/?query=SELECT+1", timeout=5) as answer:
            return answer.read() == b"1\n"
    except OSError:
        return False


def is_ours(pid, folder):
    try:
        return str(folder) in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False


def stop(folder):
    for file in sorted(folder.glob("*.pid")):
        pid = int(file.read_text())
        if is_ours(pid, folder):
            os.kill(pid, signal.SIGTERM)
            end = time.monotonic() + 10
            while is_ours(pid, folder) and time.monotonic() < end:
                time.sleep(0.05)
            if is_ours(pid, folder):
                os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


def start(folder, program, library):
    stop(folder)
    folder.mkdir(parents=True)
    http, tcp, second_http, second_tcp = free_ports(4)
    (folder / "users.xml").write_text(USERS)
    config = folder / "config.xml"
    config.write_text(CONFIGURATION.format(folder=folder, first=tcp, second=second_tcp))
    for name, ports in (("first", (http, tcp)), ("second", (second_http, second_tcp))):
        with open(folder / f"{name}.log", "w") as log:
            process = subprocess.Popen(
                [program, library, folder / name, *map(str, ports), f"--config-file={config}"],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        (folder / f"{name}.pid").write_text(str(process.pid))
    end = time.monotonic() + PATIENCE
    while not (answers(http) and answers(second_http)):
        if time.monotonic() > end:
            for log in folder.glob("*.log"):
                print(log.read_text(), file=sys.stderr)
            stop(folder)
            sys.exit("the ClickHouse servers of the tests did not start")
        time.sleep(0.05)
    (folder / "addresses").write_text(f"http://127.0.0.1:{http} http://127.0.0.1:{second_http}\n")


def run(folder, command):
    first, second = (folder / "addresses").read_text().split()
    os.environ["METAXY_TEST_CLICKHOUSE"] = first
    os.environ["METAXY_TEST_CLICKHOUSE_SECOND"] = second
    os.execvp(command[0], command)


def main(arguments):
    verb, folder, *rest = arguments
    folder = Path(folder).resolve()
    if verb == "start":
        start(folder, *rest)
    elif verb == "stop":
        stop(folder)
    elif verb == "run":
        run(folder, rest)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
