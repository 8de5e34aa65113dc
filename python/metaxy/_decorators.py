# SPDX-License-Identifier: Apache-2.0
"""Marks for the documentation."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


def public(thing: T) -> T:
    """Marks a name as part of the public interface."""
    thing.__metaxy_public__ = True  # type: ignore[attr-defined]
    return thing


def experimental(thing: T) -> T:
    """Marks a name that may change."""
    thing.__metaxy_experimental__ = True  # type: ignore[attr-defined]
    return thing
