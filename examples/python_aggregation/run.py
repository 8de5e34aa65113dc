# SPDX-License-Identifier: Apache-2.0
"""Brings chapters and summaries of all books up to date."""

import hashlib
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
from library import reading
from library.features import Book, Chapter, Summary

import metaxy as mx

Rows = list[dict[str, Any]]


def books() -> pl.DataFrame:
    rows = []
    for path in sorted(Path("books").glob("*.txt")):
        version = hashlib.sha256(path.read_bytes()).hexdigest()
        rows.append({"book": path.stem, "path": str(path), "metaxy_provenance_by_field": {"text": version}})
    return pl.DataFrame(rows)


def resolve(store: mx.MetadataStore, feature: type[mx.BaseFeature], samples: Any = None) -> tuple[Rows, Rows]:
    """Rows to compute and records to drop; says how many they are."""
    increment = store.resolve_update(feature, samples=samples).collect()
    sizes = [part.shape[0] for part in increment]
    print("{}: {} new, {} stale, {} orphaned".format(feature.spec().key, *sizes))
    return (
        [*increment.new.rows(named=True), *increment.stale.rows(named=True)],
        increment.orphaned.rows(named=True),
    )


def update_books(store: mx.MetadataStore) -> None:
    todo, gone = resolve(store, Book, samples=books())
    kept = ("book", "path", "metaxy_provenance_by_field")
    if todo:
        store.write(Book, [{name: row[name] for name in kept} for row in todo])
    if gone:
        store.delete(Book, nw.col("book").is_in([row["book"] for row in gone]))


def update_chapters(store: mx.MetadataStore) -> None:
    """A row of the increment is a book; what is written are all of its chapters, with the book's provenance."""
    todo, gone = resolve(store, Chapter)
    rows = [
        {"book": row["book"], **chapter, "metaxy_provenance_by_field": row["metaxy_provenance_by_field"]}
        for row in todo
        for chapter in reading.chapters(row["path"])
    ]
    if rows:
        store.write(Chapter, rows)
    if gone:
        store.delete(Chapter, nw.col("book").is_in([row["book"] for row in gone]))


def update_summaries(store: mx.MetadataStore) -> None:
    """A row of the increment is a book; the columns of its chapters are lists."""
    todo, gone = resolve(store, Summary)
    rows = [
        {
            "book": row["book"],
            **reading.summary(row["title"], row["words"], row["counts"]),
            "metaxy_provenance_by_field": row["metaxy_provenance_by_field"],
        }
        for row in todo
    ]
    if rows:
        store.write(Summary, rows)
    if gone:
        store.delete(Summary, nw.col("book").is_in([row["book"] for row in gone]))


def main() -> None:
    config = mx.init()
    with config.get_store().open("w") as store:
        update_books(store)
        update_chapters(store)
        update_summaries(store)
        found = (
            store.read(Summary, columns=["book", "chapters", "words", "longest", "favourite"]).sort("book").collect()
        )
    for row in found.rows(named=True):
        print("{book}: {chapters} chapters, {words} words, longest: {longest}, favourite: {favourite}".format(**row))


if __name__ == "__main__":
    main()
