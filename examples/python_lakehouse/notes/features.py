# SPDX-License-Identifier: Apache-2.0
"""Notes, how long they are and how quickly they are read."""

import metaxy as mx


class Note(mx.BaseFeature, spec=mx.FeatureSpec(key="note/text", id_columns=["name"], fields=["text"])):
    """A file of the folder `texts`."""

    name: str
    path: str


class Length(
    mx.BaseFeature,
    spec=mx.FeatureSpec(
        key="note/length",
        id_columns=["name"],
        deps=[Note],
        fields=[mx.FieldSpec(key="words", code_version="1"), mx.FieldSpec(key="longest", code_version="1")],
    ),
):
    """How many words a note has, and its longest."""

    name: str
    words: int
    longest: str


class Reading(
    mx.BaseFeature,
    spec=mx.FeatureSpec(
        key="note/reading",
        id_columns=["name"],
        deps=[Length],
        fields=[mx.FieldSpec(key="seconds", code_version="1", deps=[mx.FieldDep(feature=Length, fields=["words"])])],
    ),
):
    """How long reading it takes."""

    name: str
    seconds: float
