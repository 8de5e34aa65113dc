# SPDX-License-Identifier: Apache-2.0
"""Small tools for users."""

from typing import Any

from metaxy.utils.dataframes import collect_to_arrow, collect_to_polars

__all__ = ["BufferedMetadataWriter", "collect_to_arrow", "collect_to_polars"]


def __getattr__(name: str) -> Any:
    if name == "BufferedMetadataWriter":
        from metaxy.utils.batched_writer import BufferedMetadataWriter

        return BufferedMetadataWriter
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
