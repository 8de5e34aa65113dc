#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the Arrow files and their rows as JSON that tests/unit/arrow reads, with PyArrow."""

import datetime as dt
import json
import pathlib
from decimal import Decimal

import pyarrow as pa
import pyarrow.ipc as ipc

UTC = dt.timezone.utc
table = pa.table({
    "dictionary": pa.array(["a", None, "b", "a"]).dictionary_encode(),
    "int32": pa.array([1, None, 3, -4], pa.int32()),
    "zoned": pa.array([dt.datetime(2024, 2, 29, 12, 34, 56, 789), None, dt.datetime(1969, 12, 31, 23, 59, 59, 999999),
                       dt.datetime(1, 1, 1)], pa.timestamp("us", tz="UTC")),
    "decimal": pa.array([Decimal("-0.01"), None, Decimal("12345678901234567890.12"), Decimal("0")], pa.decimal128(38, 2)),
    "map": pa.array([[("k", "v")], None, [], [("a/b", None)]], pa.map_(pa.string(), pa.string())),
    "list": pa.array([[1, None], None, [], [2]], pa.list_(pa.int8())),
    "large": pa.array(["x" * 20, None, "", "é"], pa.large_string()),
    "binary": pa.array([b"\0\1", None, b"", b"abc"], pa.binary()),
    "struct": pa.array([{"x": "1", "y": None}, None, {"x": "", "y": "2"}, {"x": None, "y": None}],
                       pa.struct([("x", pa.string()), ("y", pa.string())])),
    "null": pa.nulls(4),
})
rows = [
    {"dictionary": "a", "int32": 1, "zoned": "2024-02-29T12:34:56.000789Z", "decimal": "-0.01", "map": {"k": "v"},
     "list": [1, None], "large": "x" * 20, "binary": "AAE=", "struct": {"x": "1", "y": None}, "null": None},
    {name: None for name in table.column_names},
    {"dictionary": "b", "int32": 3, "zoned": "1969-12-31T23:59:59.999999Z", "decimal": "12345678901234567890.12",
     "map": {}, "list": [], "large": "", "binary": "", "struct": {"x": "", "y": "2"}, "null": None},
    {"dictionary": "a", "int32": -4, "zoned": "0001-01-01T00:00:00Z", "decimal": "0.00", "map": {"a/b": None},
     "list": [2], "large": "é", "binary": "YWJj", "struct": {"x": None, "y": None}, "null": None},
]
folder = pathlib.Path(__file__).with_name("arrow")
folder.mkdir(exist_ok=True)
both = pa.concat_tables([table, table.slice(1, 2)])
for compression in (None, "lz4", "zstd"):
    for kind, opener in (("file", ipc.new_file), ("stream", ipc.new_stream)):
        path = str(folder / f"{kind}_{compression or 'plain'}.arrow")
        with opener(path, both.schema, options=ipc.IpcWriteOptions(compression=compression)) as writer:
            writer.write_table(both)
(folder / "rows.json").write_text(json.dumps(rows + rows[1:3], indent=1, ensure_ascii=False) + "\n")
