# SPDX-License-Identifier: Apache-2.0
"""The sound of a file → duration and level (root mean square, in dB below full scale)."""
import array
import math
import sys

from rows import ffmpeg, process

RATE = 16000


def loudness(row):
    samples = array.array("h", ffmpeg("-i", row["path"], "-vn", "-ac", "1", "-ar", str(RATE), "-f", "s16le", "-"))
    mean = math.sqrt(sum(s * s for s in samples) / max(len(samples), 1)) / 32768
    return {"seconds": round(len(samples) / RATE, 3), "level_db": round(20 * math.log10(max(mean, 1e-5)), 2)}


process(loudness, keep=[sys.argv[3]])
