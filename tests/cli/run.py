#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs transcripts of shell sessions against the real `mx` and compares what they print.

In a transcript, lines that are not indented are remarks. Two spaces and `$ ` begin a command, `> ` continues it.
What follows is expected: standard output as it is, standard error after `! `, and `[N]` when the exit code is not 0.
A line that ends in ` (glob)` is a pattern (*, ?). Standard output comes first, then standard error.

METAXY_TEST_ACCEPT=1 rewrites the expectations; such a run counts as skipped (exit code 77).
"""
import fnmatch
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77


def parse(text):
    """Blocks in order: ("remark", line) and ("step", command lines, expected lines)."""
    blocks = []
    for line in text.splitlines():
        if line.startswith("  $ "):
            blocks.append(("step", [line[4:]], []))
        elif line.startswith("  > ") and blocks and blocks[-1][0] == "step" and not blocks[-1][2]:
            blocks[-1][1].append(line[4:])
        elif line.startswith("  ") and blocks and blocks[-1][0] == "step":
            blocks[-1][2].append(line[2:])
        else:
            blocks.append(("remark", line))
    return blocks


def environment(mx, folder):
    env = {"PATH": f"{mx.parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(folder), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    env["FIXTURES"] = str(pathlib.Path(__file__).resolve().parent / "fixtures")
    env.update({name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")})
    return env


def printed(stream, folder, prefix):
    text = stream.decode("utf-8", "backslashreplace").replace(str(folder), "$TMP")
    lines = text.split("\n")
    missing_newline = lines[-1] != ""
    lines = lines if missing_newline else lines[:-1]
    return [(prefix + line).rstrip() if prefix else line for line in lines]


def run_step(command, folder, env):
    done = subprocess.run(["bash", "-c", "\n".join(command)], cwd=folder, env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    lines = printed(done.stdout, folder, "") + printed(done.stderr, folder, "! ")
    return lines + ([f"[{done.returncode}]"] if done.returncode != 0 else [])


def matches(expected, line):
    if expected == line:
        return True
    return expected.endswith(" (glob)") and fnmatch.fnmatchcase(line, expected[: -len(" (glob)")].replace("[", "[[]"))


def same(expected, lines):
    return len(expected) == len(lines) and all(matches(e, l) for e, l in zip(expected, lines))


def accepted(expected, lines):
    """Patterns that still match stay patterns."""
    if len(expected) != len(lines):
        return lines
    return [e if matches(e, l) else l for e, l in zip(expected, lines)]


def render(blocks):
    out = []
    for block in blocks:
        if block[0] == "remark":
            out.append(block[1])
            continue
        out += ["  $ " + block[1][0]] + ["  > " + line for line in block[1][1:]] + ["  " + line for line in block[2]]
    return "\n".join(out) + "\n"


def run(mx, transcript):
    accept = os.environ.get("METAXY_TEST_ACCEPT") == "1"
    blocks = parse(transcript.read_text())
    folder = pathlib.Path(tempfile.mkdtemp(prefix="metaxy-cli-")).resolve()
    failures = 0
    try:
        env = environment(mx, folder)
        for i, block in enumerate(blocks):
            if block[0] != "step":
                continue
            lines = run_step(block[1], folder, env)
            if accept:
                blocks[i] = ("step", block[1], accepted(block[2], lines))
            elif not same(block[2], lines):
                failures += 1
                print(f"{transcript.name}: $ " + "\n> ".join(block[1]))
                print("expected:\n" + "\n".join("  " + line for line in block[2]))
                print("printed:\n" + "\n".join("  " + line for line in lines) + "\n")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    steps = sum(block[0] == "step" for block in blocks)
    if accept:
        transcript.write_text(render(blocks))
        return SKIPPED
    print(f"{transcript.name}: {steps - failures} of {steps} commands as expected")
    return 1 if failures or not steps else 0


if __name__ == "__main__":
    sys.exit(run(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])))
