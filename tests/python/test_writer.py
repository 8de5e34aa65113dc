# SPDX-License-Identifier: Apache-2.0
"""The buffered writer: when it writes, what it tells, how it fails."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import polars as pl
import pyarrow as pa
import pydantic
import pytest

import metaxy as mx
from metaxy.ext.duckdb import DuckDBMetadataStore

A, B = mx.FeatureKey("a"), mx.FeatureKey("b")
LONG = 1000.0


@pytest.fixture
def store(fresh_graph: mx.FeatureGraph) -> DuckDBMetadataStore:
    for key in (A, B):
        body = {"__annotations__": {"id": str}, "__module__": "example"}
        type(mx.BaseFeature)(f"F{key}", (mx.BaseFeature,), body, spec=mx.FeatureSpec(key=key, id_columns=["id"]))  # type: ignore[misc]
    return DuckDBMetadataStore(":memory:")


def rows(*ids: int) -> pl.DataFrame:
    return pl.DataFrame({"id": [str(i) for i in ids], "metaxy_provenance_by_field": [{"default": str(i)} for i in ids]})


def stored(store: DuckDBMetadataStore, key: mx.FeatureKey = A) -> list[str]:
    with store:
        return sorted(store.read(key).collect()["id"].to_list())


def until(condition: Callable[[], Any]) -> bool:
    """Whether something comes true soon."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.01)
    return False


def test_frames_are_written_together_at_the_end(store: DuckDBMetadataStore) -> None:
    with mx.BufferedMetadataWriter(store, flush_interval=LONG) as writer:
        writer.put({A: rows(1, 2), "b": rows(7)})
        writer.put({"a": rows(3)})
        time.sleep(0.3)
        assert writer.num_written == {}
    assert writer.num_written == {A: 3, B: 1} == writer.stop()
    assert (stored(store), stored(store, B)) == (["1", "2", "3"], ["7"])


def test_the_references_rules(compat: None, store: DuckDBMetadataStore) -> None:
    with pytest.raises(RuntimeError, match="table"), mx.BufferedMetadataWriter(store) as writer:
        writer.put({A: rows(1)})
    with mx.MetaxyConfig(auto_create_tables=True).use(), mx.BufferedMetadataWriter(store) as writer:
        writer.put({A: rows(1, 2)})
    with store:
        assert (
            store.read(A).collect()["metaxy_feature_version"].to_list()
            == [mx.current_graph().get_feature_version(A)] * 2
        )
        assert store.hash_truncation_length == 8


def test_one_write_for_all_that_waits(store: DuckDBMetadataStore, monkeypatch: pytest.MonkeyPatch) -> None:
    heights: list[dict[str, int]] = []
    write = store.write_multi

    def counting(frames: dict[Any, Any], **kwargs: Any) -> None:
        heights.append({str(key): len(frame) for key, frame in frames.items()})
        write(frames, **kwargs)

    monkeypatch.setattr(store, "write_multi", counting)
    with mx.BufferedMetadataWriter(store, flush_interval=LONG) as writer:
        for i in range(5):
            writer.put({A: rows(i)})
        writer.put({B: rows(1)})
    assert heights == [{"a": 5, "b": 1}]


def test_a_full_batch_is_written_at_once(store: DuckDBMetadataStore) -> None:
    with mx.BufferedMetadataWriter(store, flush_batch_size=5, flush_interval=LONG) as writer:
        writer.put({A: rows(1, 2, 3)})
        time.sleep(0.3)
        assert writer.num_written == {}
        writer.put({B: rows(1, 2).lazy()})
        assert until(lambda: writer.num_written == {A: 3, B: 2})


def test_what_waits_is_written_after_the_interval(store: DuckDBMetadataStore) -> None:
    with mx.BufferedMetadataWriter(store, flush_interval=0.2) as writer:
        writer.put({A: rows(1)})
        assert until(lambda: writer.num_written == {A: 1})
        writer.put({A: rows(2)})
        assert until(lambda: writer.num_written == {A: 2})


def test_an_idle_writer_sleeps(store: DuckDBMetadataStore) -> None:
    with mx.BufferedMetadataWriter(store, flush_interval=0.01):
        time.sleep(0.1)
        before = time.process_time()
        time.sleep(0.5)
        assert time.process_time() - before < 0.2


def test_flush_waits_until_everything_put_before_is_written(store: DuckDBMetadataStore) -> None:
    with mx.BufferedMetadataWriter(store, flush_interval=LONG) as writer:
        writer.flush()
        for i in range(50):
            writer.put({A: rows(i)})
        writer.flush()
        assert writer.num_written == {A: 50}
        assert len(stored(store)) == 50


@pytest.mark.parametrize(
    "frame",
    [rows(1), rows(1).lazy(), rows(1).to_arrow(), rows(1).to_pandas(), rows(1).to_dicts(), [rows(1).to_arrow()]],
    ids=["polars", "lazy", "arrow", "pandas", "rows", "batches"],
)
def test_any_frame(store: DuckDBMetadataStore, frame: Any) -> None:
    with mx.BufferedMetadataWriter(store) as writer:
        writer.put({A: frame})
        writer.put({A: rows(2).select("metaxy_provenance_by_field", "id")})
    assert stored(store) == ["1", "2"]


def test_values_that_are_no_frames_and_keys_that_are_none_are_the_callers_fault(store: DuckDBMetadataStore) -> None:
    with mx.BufferedMetadataWriter(store) as writer:
        with pytest.raises(TypeError, match="int"):
            writer.put({A: 5})
        with pytest.raises(pydantic.ValidationError):
            writer.put({"No Key": rows(1)})
        writer.put({})
        writer.put({A: rows(1)})
    assert not writer.has_error and stored(store) == ["1"]


def test_the_graph_and_configuration_of_its_making_count(store: DuckDBMetadataStore) -> None:
    seen: list[Any] = []
    original = store.write_multi

    def spying(*args: Any, **kwargs: Any) -> None:
        seen.append((mx.current_graph(), mx.MetaxyConfig.get(), threading.current_thread().daemon))
        original(*args, **kwargs)

    store.write_multi = spying  # type: ignore[method-assign]
    graph = mx.current_graph()
    with mx.MetaxyConfig(project="own").use() as config:
        writer = mx.BufferedMetadataWriter(store)
    with mx.FeatureGraph().use(), writer:
        writer.put({A: rows(1)})
    assert seen == [(graph, config, True)]


def test_a_writer_is_used_once_and_in_order(store: DuckDBMetadataStore) -> None:
    writer = mx.BufferedMetadataWriter(store)
    assert writer.stop() == {}
    for call in (lambda: writer.put({A: rows(1)}), writer.flush):
        with pytest.raises(RuntimeError, match="not been started"):
            call()
    writer.start()
    with pytest.raises(RuntimeError, match="already"):
        writer.start()
    writer.put({A: rows(1)})
    assert writer.stop() == {A: 1} == writer.stop()
    for call in (lambda: writer.put({A: rows(1)}), writer.flush):
        with pytest.raises(RuntimeError, match="stopped"):
            call()
    with pytest.raises(RuntimeError, match="already"):
        writer.start()


def test_a_failure_ends_the_writer_and_the_next_call_tells(
    store: DuckDBMetadataStore, caplog: pytest.LogCaptureFixture
) -> None:
    writer = mx.BufferedMetadataWriter(store, flush_interval=0.05)
    writer.start()
    with caplog.at_level(logging.ERROR):
        writer.put({"unknown": rows(1)})
        assert until(lambda: writer.has_error)
    assert "unknown" in caplog.text
    for call in (lambda: writer.put({A: rows(1)}), writer.flush, writer.stop, writer.stop):
        with pytest.raises(RuntimeError, match="unknown") as raised:
            call()
        assert isinstance(raised.value.__cause__, KeyError)
    assert writer.num_written == {}


def test_a_failure_at_the_end_is_raised_by_the_with_block(store: DuckDBMetadataStore) -> None:
    with pytest.raises(RuntimeError, match="unknown"), mx.BufferedMetadataWriter(store) as writer:
        writer.put({"unknown": rows(1)})


def test_another_error_is_not_hidden_by_that_of_the_end(
    store: DuckDBMetadataStore, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(ZeroDivisionError), mx.BufferedMetadataWriter(store) as writer:
        writer.put({"unknown": rows(1)})
        raise ZeroDivisionError
    assert "could not be stopped" in caplog.text


def test_what_an_explicit_flush_could_not_write_is_kept(
    store: DuckDBMetadataStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise OSError("disk full")

    with mx.BufferedMetadataWriter(store, flush_interval=LONG) as writer:
        with monkeypatch.context() as broken:
            broken.setattr(store, "write_multi", fails)
            writer.put({A: rows(1)})
            with pytest.raises(RuntimeError, match="disk full") as raised:
                writer.flush()
            assert isinstance(raised.value.__cause__, OSError) and not writer.has_error
        writer.put({A: rows(2)})
        writer.flush()
        assert writer.num_written == {A: 2}
    assert stored(store) == ["1", "2"]


def test_frames_of_other_columns_are_refused_by_name(store: DuckDBMetadataStore) -> None:
    with pytest.raises(RuntimeError, match="feature a.*columns size"), mx.BufferedMetadataWriter(store) as writer:
        writer.put({A: rows(1)})
        writer.put({A: rows(2).with_columns(size=pl.lit(1))})


@contextmanager
def held(store: DuckDBMetadataStore) -> Iterator[threading.Event]:
    """Writes begin, and end only when the event is set."""
    begun, go_on, write = threading.Event(), threading.Event(), store.write_multi

    def slow(*args: Any, **kwargs: Any) -> None:
        begun.set()
        assert go_on.wait(30)
        write(*args, **kwargs)

    store.write_multi = slow  # type: ignore[method-assign]
    try:
        yield begun
    finally:
        go_on.set()
        store.write_multi = write  # type: ignore[method-assign]


def test_patience_has_an_end(store: DuckDBMetadataStore) -> None:
    writer = mx.BufferedMetadataWriter(store, flush_interval=LONG)
    writer.start()
    with held(store):
        writer.put({A: rows(1)})
        with pytest.raises(RuntimeError, match="0.2s"):
            writer.flush(timeout=0.2)
        with pytest.raises(RuntimeError, match="0.1s"):
            writer.stop(timeout=0.1)
    assert writer.stop() == {A: 1}


def test_a_full_queue_makes_put_wait(store: DuckDBMetadataStore) -> None:
    with mx.BufferedMetadataWriter(store, flush_batch_size=1, flush_interval=LONG, max_queue_size=1) as writer:
        with held(store) as begun:
            writer.put({A: rows(1)})
            assert begun.wait(10)
            writer.put({A: rows(2)})
            late = threading.Thread(target=writer.put, args=({A: rows(3)},))
            late.start()
            late.join(0.3)
            assert late.is_alive()
        late.join(10)
        assert not late.is_alive()
    assert stored(store) == ["1", "2", "3"]


def put(writer: mx.BufferedMetadataWriter, number: int) -> None:
    for turn in range(20):
        writer.put({A: rows(100 * number + turn)})


def test_many_threads_put(store: DuckDBMetadataStore) -> None:
    with mx.BufferedMetadataWriter(store, flush_batch_size=20, flush_interval=0.05) as writer:
        threads = [threading.Thread(target=put, args=(writer, number)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert writer.num_written == {A: 80} and len(stored(store)) == 80


def test_readers_see_whole_batches(store: DuckDBMetadataStore) -> None:
    with mx.BufferedMetadataWriter(store, flush_interval=LONG) as writer, store:
        writer.put({A: pa.Table.from_pylist(rows(1, 2).to_dicts())})
        writer.flush()
        assert store.read(A).collect().shape[0] == 2
