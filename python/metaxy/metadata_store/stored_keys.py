# SPDX-License-Identifier: Apache-2.0
"""Keys of rows to delete, for libraries that delete by conditions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from metaxy.metadata_store.storage import Condition

AT_ONCE = 1000


def conditions_of_keys(keys: Any) -> Iterator[list[list[Condition]]]:
    """The rows with these keys, as alternatives of conjunctions, a bounded number at once; null equals nothing."""
    import pyarrow as pa

    table = pa.RecordBatchReader.from_stream(keys).read_all()
    for start in range(0, table.num_rows, AT_ONCE):
        rows = table.slice(start, AT_ONCE).to_pylist()
        whole = [row for row in rows if None not in row.values()]
        if not whole:
            continue
        if table.num_columns == 1:
            name = table.column_names[0]
            yield [[Condition(name, "in", [row[name] for row in whole])]]
        else:
            yield [[Condition(name, "==", value) for name, value in row.items()] for row in whole]
