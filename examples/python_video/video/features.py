# SPDX-License-Identifier: Apache-2.0
"""What is known about clips, and what it is computed from."""

import metaxy as mx


class Clip(mx.BaseFeature, spec=mx.FeatureSpec(key="clip/raw", id_columns=["clip"], fields=["audio", "frames"])):
    """A clip: `NAME.wav` and `NAME.y4m` in the folder `clips`."""

    clip: str
    audio_path: str
    frames_path: str


class Loudness(
    mx.BaseFeature,
    spec=mx.FeatureSpec(
        key="clip/loudness",
        id_columns=["clip"],
        deps=[Clip],
        fields=[mx.FieldSpec(key="rms", code_version="1", deps=[mx.FieldDep(feature=Clip, fields=["audio"])])],
    ),
):
    """How loud the sound is, in decibels below full scale."""

    clip: str
    decibels: float


class Brightness(
    mx.BaseFeature,
    spec=mx.FeatureSpec(
        key="clip/brightness",
        id_columns=["clip"],
        deps=[Clip],
        fields=[mx.FieldSpec(key="mean", code_version="1", deps=[mx.FieldDep(feature=Clip, fields=["frames"])])],
    ),
):
    """How bright the frames are on average, from 0 to 255."""

    clip: str
    brightness: float
