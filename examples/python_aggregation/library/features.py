# SPDX-License-Identifier: Apache-2.0
"""A book makes many chapters (1:N), the chapters of a book make one summary (N:1)."""

import metaxy as mx


class Book(mx.BaseFeature, spec=mx.FeatureSpec(key="book", id_columns=["book"], fields=["text"])):
    """A file of the folder `books`."""

    book: str
    path: str


class Chapter(
    mx.BaseFeature,
    spec=mx.FeatureSpec(
        key="book/chapter",
        id_columns=["book", "number"],
        deps=[mx.FeatureDep(feature=Book, lineage=mx.LineageRelationship.expansion(on=["book"]))],
        fields=[mx.FieldSpec(key="words", code_version="1")],
    ),
):
    """One chapter with how often each word occurs in it."""

    book: str
    number: int
    title: str
    words: int
    counts: str


class Summary(
    mx.BaseFeature,
    spec=mx.FeatureSpec(
        key="book/summary",
        id_columns=["book"],
        deps=[
            mx.FeatureDep(
                feature=Chapter,
                select=["title", "words", "counts"],
                lineage=mx.LineageRelationship.aggregation(on=["book"]),
            )
        ],
        fields=[mx.FieldSpec(key="summary", code_version="1")],
    ),
):
    """Size, longest chapter and most frequent word of a book."""

    book: str
    chapters: int
    words: int
    longest: str
    favourite: str
