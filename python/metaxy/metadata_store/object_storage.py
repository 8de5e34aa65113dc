# SPDX-License-Identifier: Apache-2.0
"""Faults of object storages, which their clients tell at length, in words that name the storage and the remedy."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from metaxy._errors import with_code
from metaxy.metadata_store.exceptions import MetadataStoreError
from metaxy.metadata_store.storage import Condition, StoredTable, TableStorage

__all__ = ["ExplainedStorage", "explained", "is_explained"]


class _Fault(NamedTuple):
    told_by: re.Pattern[str]
    what: str
    remedy: str


_FAULTS = (
    _Fault(
        re.compile(r"NoSuchBucket|NO_SUCH_BUCKET|bucket does not exist", re.IGNORECASE),
        "has no such bucket",
        "make the bucket, or name another; its region is in {settings}",
    ),
    _Fault(
        re.compile(
            r"SignatureDoesNotMatch|InvalidAccessKeyId|Access_?Denied|Expired_?Token|InvalidToken|403 Forbidden"
            r"|status: 403|INVALID_ACCESS_KEY_ID|INVALID_SIGNATURE|SIGNATURE_DOES_NOT_MATCH",
            re.IGNORECASE,
        ),
        "refuses the credentials, or does not allow them to do this",
        "check the keys in {settings} and what they may do",
    ),
    _Fault(
        re.compile(
            r"Connection refused|ConnectError|tcp connect error|dns error|failed to lookup|NETWORK_CONNECTION"
            r"|Could not (?:connect|resolve)|CONNECTION_REFUSED|connect timed? ?out|operation timed out",
            re.IGNORECASE,
        ),
        "cannot be reached",
        "check the endpoint in {settings}, and the network",
    ),
)


def _fault_of(error: BaseException) -> _Fault | None:
    text = str(error)
    return next((fault for fault in _FAULTS if fault.told_by.search(text)), None)


def is_explained(error: BaseException) -> bool:
    """Whether an error says something of the storage that trying again does not change."""
    return _fault_of(error) is not None


@contextmanager
def explained(location: str, settings: str) -> Iterator[None]:
    """Raises faults of the storage of `location`, which is set up by `settings`, as MetadataStoreError."""
    try:
        yield
    except MetadataStoreError:
        raise
    except Exception as error:
        fault = _fault_of(error)
        if fault is None:
            raise
        # What the client tells has signatures and ids of keys in it.
        message = f"the object storage of {location} {fault.what}"
        raise with_code(MetadataStoreError(message), "io", fault.remedy.format(settings=settings)) from None


class ExplainedStorage(TableStorage):
    """A storage whose tables are in an object storage."""

    def __init__(self, storage: TableStorage, location: str, settings: str) -> None:
        self._storage = storage
        self._place = (location, settings)

    def tables(self) -> list[str]:
        with explained(*self._place):
            return self._storage.tables()

    def describe(self, table: str) -> StoredTable | None:
        with explained(*self._place):
            return self._storage.describe(table)

    def scan(self, table: str, columns: Sequence[str], conditions: Sequence[Condition]) -> Any:
        with explained(*self._place):
            return self._storage.scan(table, columns, conditions)

    def append(self, table: str, rows: Any) -> None:
        with explained(*self._place):
            self._storage.append(table, rows)

    def delete(self, table: str, keys: Any) -> None:
        with explained(*self._place):
            self._storage.delete(table, keys)

    def drop(self, table: str) -> None:
        with explained(*self._place):
            self._storage.drop(table)

    def maintain(self, keep: datetime.timedelta, dry_run: bool) -> list[str]:
        with explained(*self._place):
            return self._storage.maintain(keep, dry_run)

    def close(self) -> None:
        self._storage.close()
