# SPDX-License-Identifier: Apache-2.0
"""A writer that gathers frames and writes them from a thread of its own."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from metaxy._core import FeatureKey
from metaxy._errors import InvalidArgumentError
from metaxy.models.feature import FeatureGraph
from metaxy.models.types import coerce_to_feature_key
from metaxy.utils.dataframes import collect_to_polars

if TYPE_CHECKING:
    import polars as pl
    from typing_extensions import Self

    from metaxy.metadata_store.base import MetadataStore

__all__ = ["BufferedMetadataWriter"]

_log = logging.getLogger(__name__)
_PATIENCE = 0.1
_PAUSE = 0.01


class _FlushRequest:
    """What a caller of `flush` waits for."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.error: BaseException | None = None


class BufferedMetadataWriter:
    """Gathers frames from `put` and writes them together, from a thread of its own. A context manager.

    Frames are written when `flush_batch_size` rows wait, when they have waited for `flush_interval`, on `flush()` and
    at the end. The graph and the configuration that are active when the writer is made count for all it writes. A
    failure ends the writer: what waited is lost, and the next call tells why. A failure of an explicit `flush()` is
    told to its caller only, and what waits is kept.

    Args:
        store: opened for writing whenever something is written.
        flush_batch_size: rows, of all features together; None: no limit.
        flush_interval: seconds.
        max_queue_size: frames that may wait to be gathered before `put` blocks; 0: any number.

    Examples:
        >>> from metaxy.ext.duckdb import DuckDBMetadataStore
        >>> with BufferedMetadataWriter(DuckDBMetadataStore(":memory:"), flush_batch_size=1000) as writer:
        ...     writer.put({})
        >>> writer.num_written
        {}
    """

    def __init__(
        self,
        store: MetadataStore,
        flush_batch_size: int | None = None,
        flush_interval: float = 2.0,
        max_queue_size: int = 0,
    ) -> None:
        from metaxy.config import active

        self._store = store
        self._flush_batch_size = flush_batch_size
        self._flush_interval = flush_interval
        self._graph = FeatureGraph.get_active()
        self._config = active()
        self._queue: queue.Queue[dict[FeatureKey, Any] | _FlushRequest] = queue.Queue(max_queue_size)
        self._pending: dict[FeatureKey, list[Any]] = {}
        self._pending_rows = 0
        self._num_written: dict[FeatureKey, int] = {}
        self._lock = threading.Lock()
        self._entry = threading.Lock()
        self._stopping = threading.Event()
        self._error: BaseException | None = None
        self._thread: threading.Thread | None = None

    @property
    def num_written(self) -> dict[FeatureKey, int]:
        """Rows written so far, by feature."""
        with self._lock:
            return dict(self._num_written)

    @property
    def has_error(self) -> bool:
        """Whether the writer ended because of a failure."""
        return self._error is not None

    def start(self) -> None:
        """Starts the thread. Raises: RuntimeError when it was started before; a writer is used once."""
        if self._thread is not None:
            raise RuntimeError("Writer has already been started; make another one to write again")
        self._thread = threading.Thread(target=self._run, name="metaxy-writer", daemon=True)
        self._thread.start()

    def put(self, batches: Mapping[Any, Any]) -> None:
        """Hands over frames by feature; any frame that stores accept. Blocks while the queue is full.

        Raises:
            RuntimeError: the writer is not started, was stopped, or has failed.
            pydantic.ValidationError: a key is none.
            TypeError: a value is no frame.
        """
        self._check_running()
        frames = {coerce_to_feature_key(key): _wrapped(frame) for key, frame in batches.items()}
        self._hand_over(frames, None)

    def flush(self, timeout: float = 30.0) -> None:
        """Writes what was put so far and waits for it, `timeout` seconds at most.

        Raises:
            RuntimeError: the writer is not started, was stopped, has failed, cannot write now, or needs longer.
        """
        self._check_running()
        request = _FlushRequest()
        deadline = time.monotonic() + timeout
        in_time = self._hand_over(request, deadline)
        while in_time and not request.done.wait(min(_PATIENCE, max(0.0, deadline - time.monotonic()))):
            self._check_error()
            in_time = time.monotonic() < deadline
        if not in_time:
            raise RuntimeError(f"Flush did not complete within {timeout:.1f}s; it goes on in the background")
        if request.error is not None:
            raise RuntimeError(f"Flush failed: {request.error}") from request.error

    def stop(self, timeout: float = 30.0) -> dict[FeatureKey, int]:
        """Writes what is left and ends the thread; does nothing to a writer that was not started.

        Returns:
            Rows written, by feature.

        Raises:
            RuntimeError: the writer has failed, or needs longer than `timeout` seconds.
        """
        if self._thread is None:
            return {}
        with self._entry:
            self._stopping.set()
        self._thread.join(timeout)
        if self._thread.is_alive():
            raise RuntimeError(
                f"BufferedMetadataWriter background thread did not stop within {timeout:.1f}s; call stop() again"
            )
        self._check_error()
        return self.num_written

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: Any, *_: Any) -> None:
        try:
            self.stop()
        except RuntimeError:
            if kind is None:
                raise
            _log.exception("the writer could not be stopped in order, while another error was raised")

    def _check_running(self) -> None:
        if self._thread is None:
            raise RuntimeError("Writer has not been started; call start(), or use it in a `with` statement")
        self._check_error()
        if self._stopping.is_set():
            raise RuntimeError("Cannot put data after writer has been stopped; make another one to write again")

    def _check_error(self) -> None:
        if self._error is not None:
            raise RuntimeError(f"Writer encountered an error: {self._error}") from self._error

    def _hand_over(self, item: Any, deadline: float | None) -> bool:
        """Queues an item before the thread ends; False when the deadline passed while there was no place."""
        while True:
            with self._entry:
                self._check_running()
                try:
                    self._queue.put_nowait(item)
                    return True
                except queue.Full:
                    pass
            if deadline is not None and time.monotonic() >= deadline:
                return False
            time.sleep(_PAUSE)

    # In the thread.

    def _run(self) -> None:
        try:
            with self._surroundings():
                self._serve()
        except BaseException as error:
            lost = ", ".join(map(str, self._pending))
            _log.exception("writing failed; frames of these features are lost: %s", lost)
            self._error = error
            self._refuse_waiting(error)

    @contextmanager
    def _surroundings(self) -> Iterator[None]:
        with self._graph.use():
            if self._config is None:
                yield
                return
            with self._config.use():
                yield

    def _serve(self) -> None:
        flushed = time.monotonic()
        while True:
            is_last = self._stopping.is_set()
            if self._receive(0.0 if is_last else self._patience(flushed)):
                flushed = time.monotonic()
            if is_last and self._queue.empty():
                return self._write_pending()
            if self._pending and (self._is_batch_full() or time.monotonic() >= flushed + self._flush_interval):
                self._write_pending()
                flushed = time.monotonic()

    def _patience(self, flushed: float) -> float:
        """How long to wait for an item: until what waits is due, but not so long that a stop goes unnoticed."""
        due = flushed + self._flush_interval - time.monotonic()
        return min(max(due, 0.0), _PATIENCE) if self._pending else _PATIENCE

    def _receive(self, patience: float) -> bool:
        """Takes one item off the queue; True when that made everything written."""
        try:
            item = self._queue.get(timeout=patience) if patience > 0 else self._queue.get_nowait()
        except queue.Empty:
            return False
        if not isinstance(item, _FlushRequest):
            self._gather(item)
            return False
        try:
            self._write_pending()
        except Exception as error:
            item.error = error
        item.done.set()
        return item.error is None

    def _gather(self, frames: dict[FeatureKey, Any]) -> None:
        for key, frame in frames.items():
            if self._flush_batch_size is not None:
                frame = collect_to_polars(frame)
                self._pending_rows += frame.height
            self._pending.setdefault(key, []).append(frame)

    def _is_batch_full(self) -> bool:
        return self._flush_batch_size is not None and self._pending_rows >= self._flush_batch_size

    def _write_pending(self) -> None:
        if not self._pending:
            return
        frames = {key: _together(key, parts) for key, parts in self._pending.items()}
        with self._store.open("w"):
            self._store.write_multi(frames)
        with self._lock:
            for key, frame in frames.items():
                self._num_written[key] = self._num_written.get(key, 0) + frame.height
        self._pending.clear()
        self._pending_rows = 0

    def _refuse_waiting(self, error: BaseException) -> None:
        self._pending.clear()
        while True:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return
            if isinstance(item, _FlushRequest):
                item.error = error
                item.done.set()


def _wrapped(frame: Any) -> Any:
    import narwhals as nw

    try:
        return nw.from_native(frame)
    except TypeError:
        pass
    try:
        return collect_to_polars(frame)
    except InvalidArgumentError as error:
        raise TypeError(str(error)) from None


def _together(key: FeatureKey, parts: list[Any]) -> pl.DataFrame:
    """Frames one below the other; their columns may come in any order. Raises: InvalidArgumentError."""
    import polars as pl

    frames = [collect_to_polars(part) for part in parts]
    columns = frames[0].columns
    for frame in frames[1:]:
        if different := sorted({*columns} ^ {*frame.columns}):
            raise InvalidArgumentError(
                f"frames of feature {key} are to be written together, but only some have columns {', '.join(different)}"
            )
    return pl.concat([frame.select(columns) for frame in frames], how="vertical_relaxed")
