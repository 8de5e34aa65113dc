# SPDX-License-Identifier: Apache-2.0
"""Rows of the table of events, which nothing writes: there are no kinds of events yet."""

from __future__ import annotations

from datetime import datetime, timezone
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, Field

if TYPE_CHECKING:
    EVENTS_SCHEMA: dict[str, Any]

__all__ = ["EmptyPayload", "ErrorPayload", "Event", "EventType", "PayloadType", "RowsAffectedPayload"]

COL_PROJECT = "project"
COL_EXECUTION_ID = "execution_id"
COL_EVENT_TYPE = "event_type"
COL_TIMESTAMP = "timestamp"
COL_FEATURE_KEY = "feature_key"
COL_PAYLOAD = "payload"


class EventType(str, Enum):
    """Kinds of events."""


class PayloadType(str, Enum):
    """What an event tells beside its kind."""

    EMPTY = "empty"
    ERROR = "error"
    ROWS_AFFECTED = "rows_affected"


class EmptyPayload(BaseModel):
    """Nothing."""

    type: Literal[PayloadType.EMPTY] = PayloadType.EMPTY


class ErrorPayload(BaseModel):
    """What went wrong."""

    type: Literal[PayloadType.ERROR] = PayloadType.ERROR
    error_message: str
    rows_affected: int | None = None


class RowsAffectedPayload(BaseModel):
    """How many rows were touched."""

    type: Literal[PayloadType.ROWS_AFFECTED] = PayloadType.ROWS_AFFECTED
    rows_affected: int


class Event(BaseModel):
    """Something that happened to a project's records."""

    event_type: EventType
    project: str
    execution_id: str
    timestamp: datetime = Field(default_factory=lambda: datetime.now(timezone.utc).replace(tzinfo=None))
    feature_key: str | None = None
    payload: Annotated[EmptyPayload | ErrorPayload | RowsAffectedPayload, Field(discriminator="type")] = Field(
        default_factory=EmptyPayload
    )


def __getattr__(name: str) -> Any:
    if name != "EVENTS_SCHEMA":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import polars as pl

    columns = (COL_PROJECT, COL_EXECUTION_ID, COL_EVENT_TYPE, COL_TIMESTAMP, COL_FEATURE_KEY, COL_PAYLOAD)
    moment, kind = pl.Datetime("us"), pl.Enum([])
    return {column: {COL_TIMESTAMP: moment, COL_EVENT_TYPE: kind}.get(column, pl.String()) for column in columns}
