# SPDX-License-Identifier: Apache-2.0
"""Stores in a real object storage: what they do, what they refuse, and what its faults come to."""

from __future__ import annotations

import random
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import faulty_proxy
import object_store
import polars as pl
import pytest
import s3_writer
from faulty_proxy import FaultyProxy
from object_store import KINDS, make_store

import metaxy as mx
from metaxy.ext.duckdb import DuckDBMetadataStore
from metaxy.metadata_store import MetadataStoreError
from metaxy.utils import collect_to_polars

VIDEO, CROP = "video", "crop"


@pytest.fixture(autouse=True)
def features(fresh_graph: mx.FeatureGraph) -> None:
    fresh_graph.add_feature_definition(s3_writer.Video.graph.get_feature_definition(s3_writer.Video))

    class Crop(
        mx.BaseFeature, spec=mx.FeatureSpec(key=CROP, id_columns=["id"], deps=[s3_writer.Video], fields=["box"])
    ):
        id: str


def videos(*ids: str, version: str = "1") -> pl.DataFrame:
    return pl.DataFrame([{"id": id, "batch": version, "metaxy_provenance_by_field": {"audio": version}} for id in ids])


def ids(frame: Any) -> list[str]:
    return sorted(collect_to_polars(frame)["id"].to_list())


def states(store: mx.MetadataStore) -> tuple[list[str], list[str], list[str]]:
    found = store.resolve_update(CROP)
    return ids(found.new), ids(found.stale), ids(found.orphaned)


def objects(folder: Path) -> list[Path]:
    """What there is of the stores of a test."""
    places = [place for place in object_store.files().iterdir() if place.name.startswith(folder.name)]
    return [path for place in places for path in place.rglob("*") if path.is_file()]


@pytest.mark.parametrize("kind", KINDS)
def test_tables_are_objects(kind: str, tmp_path: Path) -> None:
    with make_store(kind, tmp_path).open("w") as store:
        store.write(VIDEO, videos("a", 'it\'s "b"', "c"))
        store.write(CROP, store.resolve_update(CROP).new)
        store.write(VIDEO, videos("c", "d", version="2"))
        store.delete(VIDEO, "id = 'a'")
    assert objects(tmp_path)
    with make_store(kind, tmp_path) as again:
        assert states(again) == (["d"], ["c"], ["a"])
    with make_store(kind, tmp_path).open("w") as store:
        store.delete(VIDEO, "id <> 'c'", soft=False)
        assert states(store) == ([], ["c"], ["a", 'it\'s "b"'])


@pytest.mark.parametrize("kind", KINDS)
def test_a_local_branch_lies_over_production_in_s3(kind: str, tmp_path: Path) -> None:
    production = make_store(kind, tmp_path)
    with production.open("w"):
        production.write(VIDEO, videos("a", "b"))
        production.write(CROP, production.resolve_update(CROP).new)
    before = sorted(objects(tmp_path))
    branch = DuckDBMetadataStore(tmp_path / "branch.duckdb", fallback_stores=[production])
    with branch.open("w"):
        branch.write(VIDEO, videos("b", "c", version="2"))
        assert states(branch) == (["c"], ["b"], [])
    assert sorted(objects(tmp_path)) == before


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"secret": "hidden-and-wrong"}, r"403|refuses the credentials"),
        ({"bucket": "no-such-bucket"}, r"no-such-bucket.*no such bucket|no-such-bucket.*404|404.*no-such-bucket"),
        ({"at": "127.0.0.1:1"}, r"cannot be reached|127\.0\.0\.1:1"),
    ],
    ids=["secret", "bucket", "server"],
)
def test_storages_that_refuse_are_named(kind: str, settings: dict[str, str], told: str, tmp_path: Path) -> None:
    config: dict[str, Any] = {"config": {"http_retries": "1", "http_timeout": "5"}} if kind == "ducklake" else {}
    store = make_store(kind, tmp_path, **settings, **config)
    with pytest.raises(MetadataStoreError, match=rf"(?s){told}") as raised, store.open("w"):
        store.write(VIDEO, videos("a"))
    text = "".join(traceback.format_exception(raised.value))
    assert "s3://" in text and raised.value.hint and raised.value.code == "io"
    assert "hidden" not in text and object_store.KEY not in text
    assert objects(tmp_path) == [] and not (tmp_path / "catalog.sqlite").exists()


@pytest.fixture(scope="module")
def proxy() -> Iterator[FaultyProxy]:
    with FaultyProxy(object_store.address()) as running:
        yield running


@pytest.mark.parametrize("kind", ["ducklake", "delta"])
@pytest.mark.parametrize("fault", faulty_proxy.KINDS)
def test_faults_lose_nothing_and_leave_nothing_half(
    kind: str, fault: faulty_proxy.Kind, tmp_path: Path, proxy: FaultyProxy
) -> None:
    """Every single one of the first requests that write meets the fault, once."""
    proxy.reset()
    written: list[str] = []
    with make_store(kind, tmp_path, at=proxy.address).open("w") as store:
        for number in range(1, 4):
            name = f"batch{number}"
            proxy.nth(fault, "PUT", number)
            try:
                store.write(VIDEO, s3_writer.batch(name))
                written.append(name)
            except Exception as error:
                assert "hidden" not in str(error)
            if not proxy.met:
                break
            proxy.reset()
            check_batches(store, written, may_be={name})
    with make_store(kind, tmp_path).open("w") as store:
        store.write(VIDEO, s3_writer.batch("later"))
        check_batches(store, [*written, "later"], may_be={f"batch{number}" for number in range(1, 4)})
    assert number > 1  # the fault was met at least once


@pytest.mark.parametrize("fault", ["cut response", "lose response", "503"])
def test_faults_while_reading_are_errors_or_nothing(
    fault: faulty_proxy.Kind, tmp_path: Path, proxy: FaultyProxy
) -> None:
    proxy.reset()
    store = make_store("ducklake", tmp_path, at=proxy.address, config={"http_retries": "1", "http_retry_wait_ms": "10"})
    with store.open("w"):
        store.write(VIDEO, s3_writer.batch("a"))
    with store:
        proxy.reset(lambda request: fault if request.method == "GET" else None)
        with pytest.raises(Exception, match=r"(?i)http|IO"):
            collect_to_polars(store.read(VIDEO))
        proxy.reset()
        check_batches(store, ["a"])


def check_batches(store: mx.MetadataStore, written: list[str], may_be: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    """Every batch is there wholly and once, or not at all; those that were said to be written are there."""
    rows = collect_to_polars(store.read(VIDEO, with_sample_history=True)) if store.has_feature(VIDEO) else None
    counts = {} if rows is None else dict(rows.group_by("batch").len().iter_rows())
    assert set(counts.values()) <= {s3_writer.ROWS}, counts
    assert set(written) <= set(counts) <= set(written) | may_be, (written, counts)


def start_writer(kind: str, folder: Path, name: str, batches: int) -> subprocess.Popen[str]:
    command = [sys.executable, s3_writer.__file__, kind, str(folder), object_store.address(), name, str(batches)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("kind", ["ducklake", "delta"])
def test_a_writer_that_is_killed_leaves_nothing_half(kind: str, tmp_path: Path) -> None:
    chance = random.Random(7)
    told: list[str] = []
    for life in range(2):
        writer = start_writer(kind, tmp_path, f"life{life}", 1000)
        assert writer.stdout is not None
        for _ in range(chance.randint(2, 5)):
            told.append(writer.stdout.readline().strip())
        with pytest.raises(subprocess.TimeoutExpired):
            writer.wait(chance.uniform(0.0, 0.1))
        writer.kill()
        told += writer.communicate()[0].split()
    assert all(told), told
    with make_store(kind, tmp_path).open("w") as store:
        store.write(VIDEO, s3_writer.batch("after"))
        found = {str(name) for name in collect_to_polars(store.read(VIDEO))["batch"]}
        assert len(found - set(told)) <= 1 + 2  # what was written and not told
        check_batches(store, [*told, "after"], may_be=found)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "iceberg"])  # whose catalog is not in S3
def test_two_writers_at_once_lose_nothing(kind: str, tmp_path: Path) -> None:
    writers = [start_writer(kind, tmp_path, name, 4) for name in "ab"]
    ends = [(writer.communicate(timeout=120), writer.returncode) for writer in writers]
    assert [error for (_, error), code in ends if code != 0] == []
    with make_store(kind, tmp_path) as store:
        check_batches(store, [f"{name}.{number}" for name in "ab" for number in range(4)])
