#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes preimages.json, the vectors of hash format 1, from docs/format.md alone.

It shares no code with the library, so that the two check each other. It needs the packages xxhash and pyfarmhash;
wyhash v1 is written out below.
"""

import hashlib
import json
import pathlib

import farmhash
import xxhash

M64 = (1 << 64) - 1


def wyhash_v1(data: bytes) -> int:
    p0, p1, p2, p3, p4, p5 = (0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3, 0x589965CC75374CC3,
                              0x1D8E4E27C47D124F, 0xEB44ACCAB455D165)
    num = lambda b: int.from_bytes(b, "little")
    swapped = lambda b: num(b[:4]) << 32 | num(b[4:8])

    def mix(a, b):
        product = a * b
        return product & M64 ^ product >> 64

    def rest(b):
        return {
            1: lambda: b[0],
            2: lambda: num(b),
            3: lambda: num(b[:2]) << 8 | b[2],
            4: lambda: num(b),
            5: lambda: num(b[:4]) << 8 | b[4],
            6: lambda: num(b[:4]) << 16 | num(b[4:]),
            7: lambda: num(b[:4]) << 24 | num(b[4:6]) << 8 | b[6],
            8: lambda: swapped(b),
        }[len(b)]()

    s, tail = 0, data
    while len(tail) >= 32:
        s = mix(s ^ p0, mix(num(tail[:8]) ^ p1, num(tail[8:16]) ^ p2) ^ mix(num(tail[16:24]) ^ p3, num(tail[24:32]) ^ p4))
        tail = tail[32:]
    s ^= p0
    if tail:
        words = (len(tail) - 1) // 8
        last = rest(tail[8 * words:])
        if words == 0:
            s = mix(s, last ^ p1)
        elif words == 1:
            s = mix(swapped(tail) ^ s, last ^ p2)
        elif words == 2:
            s = mix(swapped(tail) ^ s, swapped(tail[8:]) ^ p2) ^ mix(s, last ^ p3)
        else:
            s = mix(swapped(tail) ^ s, swapped(tail[8:]) ^ p2) ^ mix(swapped(tail[16:]) ^ s, last ^ p4)
    return mix(s, len(data) ^ p5)


def numbers(data: bytes) -> dict:
    """Algorithm → (number, hex digits)."""
    return {
        "xxhash32": (xxhash.xxh32(data).intdigest(), 8),
        "xxhash64": (xxhash.xxh64(data).intdigest(), 16),
        "wyhash": (wyhash_v1(data), 16),
        "farmhash": (farmhash.fingerprint64(data.decode()), 16),
    }


def digests(data: bytes) -> dict:
    out = {"sha256": hashlib.sha256(data).hexdigest(), "md5": hashlib.md5(data).hexdigest()}
    out.update({name: f"{value:0{width}x}" for name, (value, width) in numbers(data).items()})
    return out


def texts_of_format_0(data: bytes) -> dict:
    out = {"sha256": hashlib.sha256(data).hexdigest(), "md5": hashlib.md5(data).hexdigest()}
    for name, (value, _) in numbers(data).items():
        signed = value - (1 << 64) if name == "farmhash" and value >= 1 << 63 else value
        out[name] = str(signed)
    return out


def item(value) -> bytes:
    if value is None:
        return b"~,"
    raw = value.encode()
    return b"%d:%s," % (len(raw), raw)


def preimage(kind: str, items: list) -> bytes:
    return f"metaxy-preimage/1 {kind};".encode() + b"".join(item(value) for value in items)


def version(kind: str, items: list) -> str:
    return hashlib.sha256(preimage(kind, items)).hexdigest()[:32]


def by_bytes(rows, key):
    return sorted(rows, key=lambda row: tuple(part.encode() for part in key(row)))


def field_version_items(spec):
    items = [spec["feature"], spec["field"], spec["code_version"]]
    for parent in by_bytes(spec["parents"], lambda p: (p["feature"], p["field"])):
        items += [parent["feature"], parent["field"], parent["version"]]
    return items


def pairs_items(spec):
    return [part for pair in by_bytes(spec, lambda p: (p[0],)) for part in pair]


def field_provenance_items(spec):
    items = [spec["field"], spec["code_version"]]
    for parent in by_bytes(spec["parents"], lambda p: (p["feature"], p["field"])):
        items += [parent["feature"], parent["field"], parent["data_version"]]
    return items


def sample_provenance_items(spec):
    return [value for _, value in by_bytes(spec, lambda p: (p[0],))]


def group_items(spec):
    members = sorted(spec, key=lambda member: b"".join(item(part) for part in member["ids"]))
    return [part for member in members for part in [*member["ids"], member["data_version"]]]


CASES = []


def case(name, kind, spec, items):
    data = preimage(kind, items)
    CASES.append({"name": name, "kind": kind, "spec": spec, "items": items, "preimage": data.decode(),
                  "digests": digests(data), "texts_of_format_0": texts_of_format_0(data)})
    return hashlib.sha256(data).hexdigest()[:32]


def add_definition_cases():
    def field(name, feature, key, code, *parents):
        spec = {"feature": feature, "field": key, "code_version": code,
                "parents": [dict(zip(("feature", "field", "version"), parent)) for parent in parents]}
        return case(name, "field-version", spec, field_version_items(spec))

    audio = field("root field", "video/raw", "audio", "1")
    frames = field("another root field", "video/raw", "frames", "1")
    crop = field("one parent", "video/crop", "frames", "2", ("video/raw", "frames", frames))
    both = field("parents are sorted", "report", "default", "1", ("video/raw", "frames", frames),
                 ("video/crop", "frames", crop), ("video/raw", "audio", audio))
    field("order is bytewise, not by letters", "x", "y", "1", ("b", "f", "1"), ("B", "f", "2"), ("é", "f", "3"),
          ("a_b", "f", "4"), ("a/b", "f", "5"), ("ab", "f", "6"))
    field("empty and delimiter-like texts", "a", "b", "1,2:~,3", ("x", "y", ""))
    field("length counts bytes, not letters", "bild/größe", "höhe", "日本\U0001f600")
    case("feature version", "feature-version", [["frames", frames], ["audio", audio]],
         pairs_items([["frames", frames], ["audio", audio]]))
    feature = version("feature-version", pairs_items([["default", both]]))
    case("feature version of one field", "feature-version", [["default", both]], pairs_items([["default", both]]))
    case("code version", "code-version", [["frames", "1"], ["audio", "1"]], pairs_items([["frames", "1"], ["audio", "1"]]))
    text = json.dumps({"key": "video/raw", "description": "größe", "n": [1, 2.5, 1e-7, None, True]}, sort_keys=True)
    spec = case("spec version", "spec-version", text, [text])
    schema = json.dumps({"type": "object", "properties": {}}, sort_keys=True)
    definition = case("definition version", "definition-version", {"spec_version": spec, "schema": schema}, [spec, schema])
    features = [["video/raw", definition], ["report", feature]]
    case("project version", "project-version", features, pairs_items(features))


def add_sample_cases():
    def field(name, key, code, *parents):
        spec = {"field": key, "code_version": code,
                "parents": [dict(zip(("feature", "field", "data_version"), parent)) for parent in parents]}
        return case(name, "field-provenance", spec, field_provenance_items(spec))

    frames = field("field provenance", "frames", "1", ("video/raw", "frames", "fv_1"), ("video/raw", "audio", "av_1"))
    audio = field("absent parent", "audio", "2", ("video/raw", "audio", "av_1"), ("optional", "x", None))
    field("empty is not absent", "audio", "2", ("video/raw", "audio", "av_1"), ("optional", "x", ""))
    field("no parents", "audio", "2")
    fields = [["frames", frames], ["audio", audio]]
    case("sample provenance", "sample-provenance", fields, sample_provenance_items(fields))
    members = [{"ids": ["r10", "2"], "data_version": "v2"}, {"ids": ["r9", "1"], "data_version": "v1"},
               {"ids": ["r1", "1"], "data_version": None}]
    case("group", "group", members, group_items(members))
    case("group of one", "group", members[1:2], group_items(members[1:2]))


def add_length_cases():
    # Every branch of the hash functions depends on the length.
    for length in [*range(0, 70), 100, 127, 128, 129, 255, 256, 1000]:
        text = "".join(chr(97 + (7 * i + length) % 26) for i in range(length))
        case(f"{length} bytes", "group", [{"ids": [], "data_version": text}], [text])


add_definition_cases()
add_sample_cases()
add_length_cases()
target = pathlib.Path(__file__).with_name("preimages.json")
target.write_text(json.dumps({"format": "metaxy-preimage/1", "cases": CASES}, indent=1, ensure_ascii=False) + "\n")
