# SPDX-License-Identifier: Apache-2.0
"""Brings loudness and brightness of all clips up to date."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
from video import measure
from video.features import Brightness, Clip, Loudness

import metaxy as mx

Row = dict[str, Any]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def clips() -> pl.DataFrame:
    """What there is: the folder's listing, with a version for the sound and one for the frames of each clip."""
    rows = []
    for audio in sorted(Path("clips").glob("*.wav")):
        frames = audio.with_suffix(".y4m")
        rows.append(
            {
                "clip": audio.stem,
                "audio_path": str(audio),
                "frames_path": str(frames),
                "metaxy_provenance_by_field": {"audio": digest(audio), "frames": digest(frames)},
            }
        )
    return pl.DataFrame(rows)


def update(
    store: mx.MetadataStore, feature: type[mx.BaseFeature], compute: Callable[[Row], Row], samples: Any = None
) -> None:
    """Computes what is new or stale, deletes what is orphaned, and says how much that was."""
    increment = store.resolve_update(feature, samples=samples).collect()
    sizes = [part.shape[0] for part in increment]
    print("{}: {} new, {} stale, {} orphaned".format(feature.spec().key, *sizes))
    todo = [*increment.new.rows(named=True), *increment.stale.rows(named=True)]
    if todo:
        kept = ("clip", "metaxy_provenance_by_field")
        store.write(feature, [{**{name: row[name] for name in kept}, **compute(row)} for row in todo])
    if sizes[2]:
        store.delete(feature, nw.col("clip").is_in(increment.orphaned["clip"].to_list()))


def main() -> None:
    config = mx.init()
    with config.get_store().open("w") as store:
        update(store, Clip, lambda row: {name: row[name] for name in ("audio_path", "frames_path")}, samples=clips())
        update(store, Loudness, lambda row: {"decibels": measure.decibels(row["audio_path"])})
        update(store, Brightness, lambda row: {"brightness": measure.brightness(row["frames_path"])})


if __name__ == "__main__":
    main()
