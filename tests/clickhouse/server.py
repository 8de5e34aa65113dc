#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Starts and stops the ClickHouse servers of the tests.

    server.py start FILE PROGRAM LIBRARY   starts two servers, each a shard of the cluster `two`, and writes to FILE
                                           their URIs, and the URI of the first by TLS with its certificate's file
    server.py stop FILE                    stops them
    server.py run FILE COMMAND …           runs a command beside them; METAXY_TEST_CLICKHOUSE is the URI of the first,
                                           METAXY_TEST_CLICKHOUSE_SECOND that of the other
    server.py tls FOLDER PORT TO           speaks TLS for the server at the port TO, until it is stopped

What is started is known by the process ids in a folder beside FILE, so that it can be stopped whatever happened to the
tests.
"""
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
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
LIFE = 2 * 3600  # seconds, in case that nobody is left to stop them


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


def folder_of(file):
    return file.with_suffix(".servers")


def stop(file):
    file.unlink(missing_ok=True)
    folder = folder_of(file)
    for pid_file in sorted(folder.glob("*.pid")):
        pid = int(pid_file.read_text())
        if is_ours(pid, folder):
            os.kill(pid, signal.SIGTERM)
            end = time.monotonic() + 10
            while is_ours(pid, folder) and time.monotonic() < end:
                time.sleep(0.05)
            if is_ours(pid, folder):
                os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


def make_certificate(folder):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem", "-out", folder / "certificate.pem"],
        check=True, capture_output=True)


def pump(source, sink):
    try:
        while data := source.recv(1 << 16):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the other side has gone


def speak_tls(folder, port, to):
    """ClickHouse of the tests has no HTTPS of its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(folder) / "certificate.pem", Path(folder) / "key.pem")

    def serve(client):
        try:
            with context.wrap_socket(client, server_side=True) as inside, socket.create_connection(("127.0.0.1", to)) as server:
                back = threading.Thread(target=pump, args=(server, inside), daemon=True)
                back.start()
                pump(inside, server)
                back.join()
        except OSError:
            pass  # a client that does not trust us

    with socket.create_server(("127.0.0.1", int(port))) as listener:
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()


def start(file, program, library):
    stop(file)
    folder = folder_of(file)
    folder.mkdir(parents=True)
    http, tcp, second_http, second_tcp, tls = free_ports(5)
    (folder / "users.xml").write_text(USERS)
    config = folder / "config.xml"
    config.write_text(CONFIGURATION.format(folder=folder, first=tcp, second=second_tcp))
    for name, ports in (("first", (http, tcp)), ("second", (second_http, second_tcp))):
        with open(folder / f"{name}.log", "w") as log:
            process = subprocess.Popen(
                ["timeout", str(LIFE), program, library, folder / name, *map(str, ports), f"--config-file={config}"],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        (folder / f"{name}.pid").write_text(str(process.pid))
    make_certificate(folder)
    with open(folder / "tls.log", "w") as log:
        speaker = subprocess.Popen(
            ["timeout", str(LIFE), sys.executable, __file__, "tls", folder, str(tls), str(http)],
            stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
    (folder / "tls.pid").write_text(str(speaker.pid))
    end = time.monotonic() + PATIENCE
    while not (answers(http) and answers(second_http)):
        if time.monotonic() > end:
            for log in folder.glob("*.log"):
                print(log.read_text(), file=sys.stderr)
            stop(file)
            sys.exit("the ClickHouse servers of the tests did not start")
        time.sleep(0.05)
    file.write_text(
        f"http://127.0.0.1:{http}\nhttp://127.0.0.1:{second_http}\nhttps://localhost:{tls}\n{folder}/certificate.pem\n")


def run(file, command):
    names = ("", "_SECOND", "_TLS", "_CERTIFICATE")
    os.environ.update((f"METAXY_TEST_CLICKHOUSE{name}", value) for name, value in zip(names, file.read_text().split()))
    os.execvp(command[0], command)


def main(arguments):
    verb, file, *rest = arguments
    file = Path(file).resolve()
    if verb == "start":
        start(file, *rest)
    elif verb == "stop":
        stop(file)
    elif verb == "tls":
        speak_tls(*arguments[1:])
    elif verb == "run":
        run(file, rest)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
