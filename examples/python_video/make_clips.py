# SPDX-License-Identifier: Apache-2.0
"""Writes short clips: a tone and a few grey frames each.

Usage: make_clips.py NAME TONE LIGHT …    for example: make_clips.py dawn 440 60 noon 880 200
A part that is `-` is left as it is.
"""

import array
import math
import sys
import wave
from pathlib import Path

RATE, SECONDS, WIDTH, HEIGHT, FRAMES = 8000, 1, 32, 24, 5


def write_tone(path: Path, hertz: int) -> None:
    loudest = min(32767, 20 * hertz)
    samples = (round(loudest * math.sin(2 * math.pi * hertz * at / RATE)) for at in range(RATE * SECONDS))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(array.array("h", samples).tobytes())


def write_frames(path: Path, light: int) -> None:
    grey = bytes([128]) * (WIDTH * HEIGHT // 2)
    frame = b"FRAME\n" + bytes([light]) * (WIDTH * HEIGHT) + grey
    path.write_bytes(b"YUV4MPEG2 W%d H%d F25:1 C420\n" % (WIDTH, HEIGHT) + frame * FRAMES)


def main(words: list[str]) -> None:
    folder = Path("clips")
    folder.mkdir(exist_ok=True)
    for name, tone, light in zip(words[::3], words[1::3], words[2::3], strict=True):
        if tone != "-":
            write_tone(folder / f"{name}.wav", int(tone))
        if light != "-":
            write_frames(folder / f"{name}.y4m", int(light))


if __name__ == "__main__":
    main(sys.argv[1:])
