# SPDX-License-Identifier: Apache-2.0
"""The sound of a file → duration and level (root mean square, in dB below full scale)."""
import array
import math
import sys

from rows import ffmpeg, process

RATE = 16000
WINDOW = None  # the whole sound; a number of samples: the loudest stretch of that length


def level(samples):
    return math.sqrt(sum(s * s for s in samples) / len(samples)) / 32768 if samples else 0


def loudness(row):
    samples = array.array("h", ffmpeg("-i", row["path"], "-vn", "-ac", "1", "-ar", str(RATE), "-f", "s16le", "-"))
    width = WINDOW or len(samples) or 1
    loudest = max((level(samples[start:start + width]) for start in range(0, len(samples), width)), default=0)
    return {"seconds": round(len(samples) / RATE, 3), "level_db": round(20 * math.log10(max(loudest, 1e-5)), 2)}


process(loudness, keep=[sys.argv[3]])
