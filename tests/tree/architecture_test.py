# SPDX-License-Identifier: Apache-2.0
"""The drawing in ARCHITECTURE.md shows the rooms and arrows that the include checker enforces, and CMake builds them."""
import re
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from check_includes import ROOMS  # noqa: E402


class Architecture(unittest.TestCase):
    def test_drawing(self):
        text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
        drawing = text.split("```mermaid", 1)[1].split("```", 1)[0]
        drawn = {room: set() for room in re.findall(r"^    (\w+)", drawing, re.MULTILINE)}
        for room, targets in re.findall(r"^  (\w+) --> (.+)$", drawing, re.MULTILINE):
            drawn[room] = set(targets.split(" & "))
        expected = {room.replace("/", "_"): {t.replace("/", "_") for t in targets} for room, targets in ROOMS.items()}
        self.assertEqual(drawn, expected)

    def test_table(self):
        text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
        rows = set(re.findall(r"^\| `([a-z]+)` \|", text, re.MULTILINE))
        self.assertEqual(rows, {room for room in ROOMS if not room.startswith("stores")})

    def test_cmake(self):
        text = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
        built = {room: set(depends.split()) for room, depends in
                 re.findall(r"metaxy_room\(([a-z/]+)(?: DEPENDS ([a-z/ ]+))?\)", text)}
        # Room `python` is made by nanobind's own CMake function.
        self.assertIn("src/python/*.cpp", (ROOT / "python" / "CMakeLists.txt").read_text(encoding="utf-8"))
        self.assertEqual(built, {room: set(targets) for room, targets in ROOMS.items() if room != "python"})


if __name__ == "__main__":
    unittest.main()
