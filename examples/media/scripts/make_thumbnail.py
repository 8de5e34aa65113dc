# SPDX-License-Identifier: Apache-2.0
"""A picture, or the frame one second into a video → a PNG at most 96 pixels wide and high, and its mean colour."""
import sys

from rows import ffmpeg, id_column, output_file, process

SCALE = "scale=96:96:force_original_aspect_ratio=decrease"


def thumbnail(row):
    key = id_column(row)
    image = output_file(key, row[key], ".png")
    at = ["-ss", "1"] if key == "clip" else []
    ffmpeg(*at, "-i", row["path"], "-frames:v", "1", "-vf", SCALE, image)
    pixel = ffmpeg("-i", image, "-vf", "scale=1:1:flags=area,format=rgb24", "-f", "rawvideo", "-")
    return {"image": image, "colour": "#" + pixel[:3].hex()}


process(thumbnail, keep=[sys.argv[3]])
