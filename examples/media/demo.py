#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Watches metaxy find, in a folder of media files, exactly the samples that must be computed again.

    demo.py --mx PATH [--folder DIR] [--small]

Every step states what it expects before it looks; a count that differs ends the demo with exit code 1.
"""
import argparse
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Root feature → folder of files and further arguments of `mx ingest`.
ROOTS = {
    "stamp/picture": ["media/pictures"],
    "stamp/sound": ["media/sounds"],
    "stamp/text": ["media/texts"],
    "clip/raw": ["media/clips", "--streams"],
}
# Computed feature → the script that computes it, in an order in which upstreams come first.
SCRIPTS = {
    "stamp/thumbnail": "make_thumbnail.py",
    "stamp/loudness": "measure_loudness.py",
    "stamp/language": "count_words.py",
    "stamp/card": "make_page.py",
    "clip/thumbnail": "make_thumbnail.py",
    "clip/loudness": "measure_loudness.py",
    "clip/summary": "make_page.py",
}


def id_column(feature):
    return "clip" if feature.startswith("clip/") else "subject"


class Pipeline:
    """A project folder and what `mx` and the scripts do in it."""

    def __init__(self, mx, folder):
        self.mx_path, self.folder = mx, folder
        (folder / "work").mkdir(parents=True)
        for name in ("metaxy.toml", "features", "scripts"):
            source = HERE / name
            (shutil.copytree if source.is_dir() else shutil.copyfile)(source, folder / name)

    def run(self, *command):
        done = subprocess.run([str(part) for part in command], cwd=self.folder, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"demo: {' '.join(map(str, command))} failed\n{done.stdout}{done.stderr}")
        return done.stdout

    def mx(self, *arguments):
        return self.run(self.mx_path, *arguments)

    def ingest(self):
        """Feature → counts of its files that were added, changed or removed."""
        reports = {}
        for feature, (folder, *options) in ROOTS.items():
            text = self.mx("ingest", folder, feature, "--prune", "--format", "json", *options)
            report = json.loads(text)
            reports[feature] = (report["added"], report["changed"], report["pruned"])
        return reports

    def update(self, feature):
        """Computes what is new or stale and deletes what is orphaned; gives the three counts."""
        todo, done = f"work/{feature.replace('/', '_')}.todo.jsonl", f"work/{feature.replace('/', '_')}.done.jsonl"
        self.mx("resolve", feature, "--only", "new,stale", "-o", todo)
        states = [json.loads(line)["metaxy_increment"] for line in (self.folder / todo).read_text("utf-8").splitlines()]
        if states:
            self.run(sys.executable, f"scripts/{SCRIPTS[feature]}", todo, done, id_column(feature))
            self.mx("write", feature, done)
        return states.count("new"), states.count("stale"), self.drop_orphans(feature)

    def drop_orphans(self, feature):
        """Deletes samples whose upstream is gone; gives their number."""
        rows = json.loads(self.mx("resolve", feature, "--only", "orphaned", "--format", "json"))["rows"]
        if rows:
            column = id_column(feature)
            quoted = ", ".join("'" + row[column].replace("'", "''") + "'" for row in rows)
            self.mx("delete", feature, "--filter", f"{column} IN ({quoted})")
        return len(rows)

    def records(self, feature):
        """What a feature holds now, without what tells when and by which project version it was written."""
        rows = json.loads(self.mx("read", feature, "--format", "json"))["rows"]
        stamps = ("metaxy_created_at", "metaxy_updated_at", "metaxy_project_version")
        rows = [{name: value for name, value in row.items() if name not in stamps} for row in rows]
        return sorted(rows, key=lambda row: row[id_column(feature)])


class Demo:
    def __init__(self, pipeline):
        self.pipeline = pipeline
        self.step_number = 0
        self.failures = []

    def media(self, *parts):
        return self.pipeline.folder.joinpath("media", *parts)

    def samples(self):
        """How many samples recomputing everything would compute."""
        count = {kind: {p.relative_to(self.media(kind)).as_posix() for p in self.media(kind).rglob("*") if p.is_file()}
                 for kind in ("pictures", "sounds", "texts", "clips")}
        cards = len(count["pictures"] & count["sounds"] & count["texts"])
        return sum(len(count[kind]) for kind in ("pictures", "sounds", "texts")) + cards + 3 * len(count["clips"])

    def step(self, title, expected, files=None):
        """Ingests and updates everything; `expected`: feature → (new, stale, orphaned), others nothing."""
        self.step_number += 1
        print(f"\n{self.step_number}. {title}", flush=True)
        started = time.monotonic()
        for feature, found in self.pipeline.ingest().items():
            if any(found):
                print(f"   {feature:16} files: {found[0]} added, {found[1]} changed, {found[2]} removed")
            self.check(feature, found, (files or {}).get(feature, (0, 0, 0)))
        computed = 0
        for feature in SCRIPTS:
            found = self.pipeline.update(feature)
            computed += found[0] + found[1]
            if any(found):
                print(f"   {feature:16} {found[0]} new, {found[1]} stale, {found[2]} orphaned", flush=True)
            self.check(feature, found, expected.get(feature, (0, 0, 0)))
        everything = self.samples()
        saved = everything - computed
        print(f"   computed {computed} of {everything}: {saved} computations saved ({100 * saved / everything:.1f} %), "
              f"{time.monotonic() - started:.1f} s")

    def check(self, feature, found, expected):
        if tuple(found) != tuple(expected):
            self.failures.append(f"step {self.step_number}: {feature} gave {tuple(found)}, expected {tuple(expected)}")
            print(f"   WRONG: expected {tuple(expected)}")

    def replace_in(self, name, old, new):
        path = self.pipeline.folder / name
        text = path.read_text("utf-8")
        if text.count(old) != 1:
            raise SystemExit(f"demo: {name} holds {old!r} {text.count(old)} times, not once")
        path.write_text(text.replace(old, new), "utf-8")

    def play(self):
        subjects = sorted(p.relative_to(self.media("pictures")).as_posix()
                          for p in self.media("pictures").rglob("*") if p.is_file())
        clips = sorted(p.name for p in self.media("clips").iterdir())
        late, changed, removed = subjects[0], subjects[1], subjects[2]
        held_back = self.pipeline.folder / "held_back"
        for kind in ("pictures", "sounds", "texts"):  # arrives in step 3
            target = held_back / kind / late
            target.parent.mkdir(parents=True, exist_ok=True)
            self.media(kind, late).rename(target)
        first, videos = len(subjects) - 1, len(clips)
        of_stamps = ("stamp/thumbnail", "stamp/loudness", "stamp/language", "stamp/card")
        of_clips = ("clip/thumbnail", "clip/loudness", "clip/summary")

        self.step(f"The first run computes everything: {first} subjects with picture, sound and text, {videos} clips",
                  {feature: (first, 0, 0) for feature in of_stamps} | {feature: (videos, 0, 0) for feature in of_clips},
                  {"stamp/picture": (first, 0, 0), "stamp/sound": (first, 0, 0), "stamp/text": (first, 0, 0),
                   "clip/raw": (videos, 0, 0)})

        self.step("The second run finds nothing to do", {})

        for kind in ("pictures", "sounds", "texts"):
            (held_back / kind / late).rename(self.media(kind, late))
        with open(self.media("texts", changed), "a", encoding="utf-8") as text:
            text.write("\nx_new.utf8=One more name.\n")
        self.media("sounds", removed).unlink()
        self.step(f"“{late}” arrives, the text of “{changed}” changes, the sound of “{removed}” is removed",
                  {"stamp/thumbnail": (1, 0, 0), "stamp/loudness": (1, 0, 1), "stamp/language": (1, 1, 0),
                   "stamp/card": (1, 1, 1)},
                  {"stamp/picture": (1, 0, 0), "stamp/sound": (1, 0, 1), "stamp/text": (1, 1, 0)})

        self.replace_sound(self.media("clips", clips[0]))
        self.step(f"The sound track of {clips[0]} is replaced: what reads only its frames stays",
                  {"clip/loudness": (0, 1, 0), "clip/summary": (0, 1, 0)}, {"clip/raw": (0, 1, 0)})

        self.replace_in("scripts/count_words.py", "for c in name if c.isalpha()", "for c in name.casefold() if c.isalpha()")
        self.replace_in("features/stamps.toml", '.fields.counts]\ncode_version = "1"', '.fields.counts]\ncode_version = "2"')
        self.step("The code of stamp/language takes capital and small letters for the same, code version 1 → 2",
                  {"stamp/language": (0, first + 1, 0), "stamp/card": (0, first, 0)})  # one subject lost its card

    def replace_sound(self, clip):
        """Another sound track of the same length; the pictures' packets are copied as they are."""
        scratch = self.pipeline.folder / "held_back" / clip.name
        self.pipeline.run("ffmpeg", "-nostdin", "-v", "error", "-y", "-i", clip, "-f", "lavfi", "-i", "sine=frequency=440",
                          "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "aac", "-shortest", scratch)
        scratch.replace(clip)

    def compare_with_scratch(self, mx):
        """Everything once more in an empty project must give the same records."""
        self.step_number += 1
        print(f"\n{self.step_number}. From scratch, to compare", flush=True)
        started = time.monotonic()
        other = Pipeline(mx, self.pipeline.folder / "scratch")
        (other.folder / "media").symlink_to(self.pipeline.folder / "media")
        for name in ("features", "scripts"):
            shutil.rmtree(other.folder / name)
            shutil.copytree(self.pipeline.folder / name, other.folder / name)
        other.ingest()
        computed = sum(sum(other.update(feature)) for feature in SCRIPTS)
        different = [feature for feature in SCRIPTS if other.records(feature) != self.pipeline.records(feature)]
        print(f"   computed {computed} of {computed} in {time.monotonic() - started:.1f} s; "
              + (f"DIFFERENT: {', '.join(different)}" if different else "every record is the same"))
        if different:
            self.failures.append(f"records differ from those made from scratch: {', '.join(different)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mx", type=Path, required=True)
    parser.add_argument("--folder", type=Path, default=Path("demo"), help="made anew (default: demo)")
    parser.add_argument("--small", action="store_true", help="few generated media instead of downloaded ones")
    arguments = parser.parse_args()
    mx, folder = arguments.mx.resolve(), arguments.folder.resolve()
    if folder.exists():
        if not (folder / "metaxy.toml").exists() and any(folder.iterdir()):
            raise SystemExit(f"demo: {folder} holds something else; choose another --folder")
        shutil.rmtree(folder)

    pipeline = Pipeline(mx, folder)
    print("Fetching media …", flush=True)
    subprocess.run([sys.executable, HERE / "fetch_media.py", folder / "media"] + ["--small"] * arguments.small, check=True)
    pipeline.mx("lint")
    demo = Demo(pipeline)
    demo.play()
    demo.compare_with_scratch(mx)

    pipeline.mx("graph", "render", "-o", "graph.svg")
    print(f"\nThe graph is drawn in {folder / 'graph.svg'}, the results are in {folder / 'out'}.")
    print(f"Look around: cd {folder} && {mx} status")
    for failure in demo.failures:
        print(f"FAILED {failure}")
    return 1 if demo.failures else 0


if __name__ == "__main__":
    sys.exit(main())
