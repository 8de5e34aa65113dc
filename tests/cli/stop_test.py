#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C while a command waits for its input: exit code 130, a word about it, nothing stored, nothing left over."""
import json
import os
import signal
import subprocess
import sys
import time

from project import Project

INTERRUPTED = 130
PATIENCE = 20.0


def catches(process, number):
    """Whether the process handles the signal by now."""
    for line in open(f"/proc/{process.pid}/status", encoding="ascii"):
        if line.startswith("SigCgt:"):
            return bool(int(line.split()[1], 16) >> (number - 1) & 1)
    return False


def stop(process, number):
    deadline = time.monotonic() + PATIENCE
    while not catches(process, number):
        assert process.poll() is None, f"ended before it was stopped: {process.communicate()}"
        assert time.monotonic() < deadline, "does not handle the signal"
        time.sleep(0.01)
    time.sleep(0.2)  # into the waiting for input
    begin = time.monotonic()
    process.send_signal(number)
    process.wait(timeout=PATIENCE)
    return time.monotonic() - begin


def stopped(project, arguments, beginning, number=signal.SIGINT):
    """Runs a command that is given the beginning of its input and no end."""
    process = project.start(*arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdin.write(beginning)
    process.stdin.flush()
    took = stop(process, number)
    out, err = process.stdout.read().decode(), process.stderr.read().decode()
    assert process.returncode == INTERRUPTED, (arguments, process.returncode, err)
    assert took < 5, f"{arguments}: stopped after {took:.1f} s"
    process.stdin.close()
    return out, err


def main(mx):
    with Project(mx) as project:
        assert project.run("write", "video/raw", "raw.jsonl").returncode == 0
        before = project.rows("video/raw", "id")
        arrow = subprocess.run([project.mx, "read", "video/raw", "--format", "arrow"], cwd=project.folder,
                               env=project.environment, check=True, capture_output=True).stdout
        csv = project.run("read", "video/raw", "--format", "csv").stdout.encode()
        beginnings = {"jsonl": (project.folder / "raw.jsonl").read_bytes(), "csv": csv,
                      "arrow": arrow[:-8], "parquet": b"PAR1"}
        for text_format, beginning in beginnings.items():
            for part in (beginning, beginning[:3], b""):
                out, err = stopped(project, ["write", "video/raw", "-", "-f", text_format], part)
                assert (out, err) == ("", "interrupted\n"), (text_format, out, err)
        out, err = stopped(project, ["write", "video/raw", "-", "-f", "jsonl"], b"{", signal.SIGTERM)
        assert (out, err) == ("", "interrupted\n"), (out, err)
        out, err = stopped(project, ["write", "video/raw", "-", "-f", "jsonl", "--json"], b"{")
        assert json.loads(out)["error"] == "cancelled" and err == "", (out, err)
        out, err = stopped(project, ["resolve", "video/raw", "--samples", "-", "--samples-format", "csv"], csv)
        assert (out, err) == ("", "interrupted\n"), (out, err)

        # A named pipe that nobody opens for writing.
        os.mkfifo(project.folder / "pipe.jsonl")
        out, err = stopped(project, ["write", "video/raw", "pipe.jsonl"], b"")
        assert (out, err) == ("", "interrupted\n"), (out, err)

        assert project.rows("video/raw", "id") == before
        assert project.leftovers() == [], project.leftovers()
        print("stopped every time, nothing stored")


if __name__ == "__main__":
    main(sys.argv[1])
