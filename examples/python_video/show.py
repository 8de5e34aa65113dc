# SPDX-License-Identifier: Apache-2.0
"""Prints what has been measured."""

import metaxy as mx


def main() -> None:
    with mx.init().get_store() as store:
        loudness = store.read("clip/loudness", columns=["clip", "decibels"])
        brightness = store.read("clip/brightness", columns=["clip", "brightness"])
        rows = loudness.join(brightness, on="clip").sort("clip").collect().rows()
    print("clip   decibels  brightness")
    for clip, decibels, light in rows:
        print(f"{clip:5}  {decibels:8.2f}  {light:10.2f}")


if __name__ == "__main__":
    main()
