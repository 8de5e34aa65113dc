# SPDX-License-Identifier: Apache-2.0
"""A scratch project with the real `mx`, for tests that are more than a transcript."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

FIXTURES = pathlib.Path(__file__).resolve().parent / "fixtures"
SKIPPED = 77


class Project:
    """The project of fixtures/videos in a folder of its own, gone at the end."""

    def __init__(self, mx):
        self.mx = str(pathlib.Path(mx).resolve())
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="metaxy-cli-")).resolve()
        shutil.copytree(FIXTURES / "videos", self.folder, dirs_exist_ok=True)
        (self.folder / "tmp").mkdir()
        self.environment = {"PATH": f"{os.path.dirname(self.mx)}{os.pathsep}{os.environ['PATH']}",
                            "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "TMPDIR": str(self.folder / "tmp"),
                            **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}}

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, *arguments, **streams):
        return subprocess.Popen([self.mx, *arguments], cwd=self.folder, env=self.environment, **streams)

    def run(self, *arguments, **options):
        return subprocess.run([self.mx, *arguments], cwd=self.folder, env=self.environment, text=True, timeout=120,
                              capture_output=True, check=False, **options)

    def write_rows(self, name, ids):
        """A file of samples of video/raw."""
        with open(self.folder / name, "w", encoding="utf-8") as out:
            for one in ids:
                out.write(json.dumps({"id": one, "metaxy_provenance_by_field": {"audio": "x", "frames": "y"}}) + "\n")

    def rows(self, feature, *columns):
        """What is stored, sorted."""
        done = self.run("read", feature, "-c", ",".join(columns), "--format", "jsonl")
        assert done.returncode == 0, done.stderr
        return sorted(tuple(json.loads(line).values()) for line in done.stdout.splitlines())

    def leftovers(self):
        """Files that a command should have cleaned away."""
        return sorted(path.name for path in (self.folder / "tmp").iterdir())
