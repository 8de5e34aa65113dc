# SPDX-License-Identifier: Apache-2.0
"""What the scripts of this example share: rows in, rows out, and FFmpeg.

`mx resolve FEATURE -o todo.jsonl` gives one JSON object per sample. A script adds its results and keeps what metaxy put
in (the columns beginning with `metaxy_`): `mx write` needs the provenance in them.
"""
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor


def process(compute, keep):
    """Runs `compute(row) → results` over todo.jsonl (first argument) into done.jsonl (second argument).

    `keep` names the columns, beside metaxy's, that the feature stores as they are: its ids.
    """
    todo, done = sys.argv[1:3]
    with open(todo, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]

    def one(row):
        kept = {name: row[name] for name in keep + ["metaxy_provenance_by_field"]}
        return json.dumps({**kept, **compute(row)}, ensure_ascii=False)

    with ThreadPoolExecutor(os.cpu_count()) as pool, open(done, "w", encoding="utf-8") as out:
        for line in pool.map(one, rows):
            out.write(line + "\n")


def id_column(row):
    """The column that identifies a row of this example."""
    return "clip" if "clip" in row else "subject"


def ffmpeg(*arguments):
    """Runs FFmpeg and gives what it writes to its standard output."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *arguments]
    return subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE).stdout


def output_file(folder, name, ending):
    """`out/<folder>/<name><ending>`; the folders are made."""
    path = os.path.join("out", folder, name + ending)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path
