# SPDX-License-Identifier: Apache-2.0
"""Hash algorithms and what resolve_update gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import narwhals as nw
    import polars as pl

__all__ = ["HashAlgorithm", "Increment", "LazyIncrement", "PolarsIncrement", "PolarsLazyIncrement"]


class HashAlgorithm(Enum):
    """How sample versions are digested; every record of a store uses one."""

    XXHASH64 = "xxhash64"
    XXHASH32 = "xxhash32"
    WYHASH = "wyhash"
    SHA256 = "sha256"
    MD5 = "md5"
    FARMHASH = "farmhash"


class PolarsIncrement(NamedTuple):
    """An increment as Polars frames."""

    new: pl.DataFrame
    stale: pl.DataFrame
    orphaned: pl.DataFrame


@dataclass(frozen=True)
class _Together:
    """Three frames as they were made, and how to compute them in one go."""

    frames: tuple[Any, Any, Any]
    compute: Callable[[], Increment]

    def are(self, *frames: Any) -> bool:
        """Whether they are still the same frames."""
        return all(now is made for now, made in zip(frames, self.frames, strict=True))


@dataclass(kw_only=True)
class PolarsLazyIncrement:
    """An increment as lazy Polars frames. `input`: every sample that there should be; None when samples were given."""

    new: pl.LazyFrame
    stale: pl.LazyFrame
    orphaned: pl.LazyFrame
    input: pl.LazyFrame | None = None
    _together: _Together | None = field(default=None, repr=False, compare=False)

    def collect(self, **kwargs: Any) -> PolarsIncrement:
        """All three together: the store is asked once, unless a frame was replaced."""
        import polars as pl

        from metaxy.utils.dataframes import interruptible

        if self._together is not None and self._together.are(self.new, self.stale, self.orphaned):
            return self._together.compute().to_polars()
        with interruptible():
            return PolarsIncrement(*pl.collect_all([self.new, self.stale, self.orphaned], **kwargs))


class Increment(NamedTuple):
    """Samples to compute (`new`), to compute again (`stale`) and to drop (`orphaned`).

    `new` and `stale` have the columns of the upstreams and the versions to be written, `orphaned` the stored records.
    """

    new: nw.DataFrame[Any]
    stale: nw.DataFrame[Any]
    orphaned: nw.DataFrame[Any]

    def collect(self) -> Increment:
        """Itself: the frames are collected already."""
        return self

    def to_polars(self) -> PolarsIncrement:
        """The same frames, as Polars has them."""
        return PolarsIncrement(*(frame.to_polars() for frame in self))


@dataclass(kw_only=True)
class LazyIncrement:
    """An increment whose parts are computed when they are collected.

    Attributes:
        input: every sample that there should be; None when samples were given.
    """

    new: nw.LazyFrame[Any]
    stale: nw.LazyFrame[Any]
    orphaned: nw.LazyFrame[Any]
    input: nw.LazyFrame[Any] | None = None
    _together: _Together | None = field(default=None, repr=False, compare=False)

    def collect(self, **kwargs: Any) -> Increment:
        """All three together: the store is asked once, unless a frame was replaced."""
        import narwhals as nw

        if self._together is not None and self._together.are(self.new, self.stale, self.orphaned):
            return self._together.compute()
        frames = (self.new, self.stale, self.orphaned)
        if any(frame.implementation != nw.Implementation.POLARS for frame in frames):
            return Increment(*(frame.collect(**kwargs) for frame in frames))
        parts = self.to_polars().collect(**kwargs)
        return Increment(*(nw.from_native(part, eager_only=True) for part in parts))

    def to_polars(self) -> PolarsLazyIncrement:
        """The same frames, still lazy, as Polars has them."""
        from metaxy.utils.dataframes import lazy_polars

        parts = (self.new, self.stale, self.orphaned)
        new, stale, orphaned = map(lazy_polars, parts)
        unchanged = self._together if self._together is not None and self._together.are(*parts) else None
        return PolarsLazyIncrement(
            new=new,
            stale=stale,
            orphaned=orphaned,
            input=None if self.input is None else lazy_polars(self.input),
            _together=None if unchanged is None else _Together((new, stale, orphaned), unchanged.compute),
        )
