# SPDX-License-Identifier: Apache-2.0
"""Writes reference.lock: the lock file that the reference implementation makes of lock_features.py.

    ref/bin/python make_reference_lock.py reference.lock

See make_reference.py for how the reference is installed and what METAXY_TEST_EXTENSIONS is.
"""

import os
import sys
from pathlib import Path

import metaxy as mx
from lock_features import declare
from metaxy.ext.duckdb import DuckDBMetadataStore
from metaxy.utils.lock_file import generate_lock_file


def main(path):
    settings = {}
    if folder := os.environ.get("METAXY_TEST_EXTENSIONS"):
        settings = {"allow_unsigned_extensions": "true", "extension_directory": folder}
    store = DuckDBMetadataStore(":memory:", config=settings, auto_create_tables=True)
    with mx.MetaxyConfig(project="up", auto_create_tables=True, sync=False).use(), store.open("w"):
        with mx.FeatureGraph().use():
            declare(mx)
            for project in ("up", "reports"):
                mx.SystemTableStorage(store).push_graph_snapshot(project=project)
        with mx.FeatureGraph().use():
            generate_lock_file(store, Path(path), selection=mx.FeatureSelection(all=True))


if __name__ == "__main__":
    main(sys.argv[1])
