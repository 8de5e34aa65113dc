# SPDX-License-Identifier: Apache-2.0
"""Brings a store up to date: the developer's own, or the one that METAXY_STORE names."""

from pathlib import Path

from notes.pipeline import update_all

import metaxy as mx


def main() -> None:
    store = mx.init().get_store()
    with store.open("w"):
        done = update_all(store, Path("texts"))
    print(f"store {store.name}")
    for name, increment in done.items():
        print("  {}: {} new, {} stale, {} orphaned".format(name, *(part.shape[0] for part in increment)))


if __name__ == "__main__":
    main()
