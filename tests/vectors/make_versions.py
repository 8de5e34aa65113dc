# SPDX-License-Identifier: Apache-2.0
"""Writes versions_v1.json: graphs with their versions in hash format 1.

A second hand beside the C++ code: it resolves fields and writes pre-images on its own, with nothing but hashlib.
Run it in this folder; the output depends on nothing else.
"""

import hashlib
import json
import random

ALL = "__METAXY_ALL_DEP__"
TAG = "metaxy-preimage/1 {}-version;"


def item(text):
    data = text.encode()
    return str(len(data)).encode() + b":" + data + b","


def digest(preimage):
    return hashlib.sha256(preimage).hexdigest()[:32]


def tagged(kind, *items):
    return TAG.format(kind).encode() + b"".join(item(i) for i in items)


def selected(mapping, field, upstream_fields):
    kind = mapping["type"]
    if kind == "all":
        return set(upstream_fields)
    if kind == "none":
        return set()
    if kind == "specific":
        return {"/".join(parts) for parts in mapping["mapping"].get(field, [])} & set(upstream_fields)
    allowed = [u for u in upstream_fields if u not in mapping["exclude_fields"]]
    suffix = "/" + field
    hits = {u for u in allowed if u == field or (mapping["match_suffix"] and u.endswith(suffix))}
    return hits or set(allowed)


def parents_of(spec, field, specs):
    names = {key: [f["key"] for f in s["fields"]] for key, s in specs.items()}
    if not spec["deps"]:
        return set()
    if field["deps"] == ALL:
        return {(d["feature"], u) for d in spec["deps"] for u in names[d["feature"]]}
    if field["deps"]:
        return {
            (d["feature"], u)
            for d in field["deps"]
            for u in (names[d["feature"]] if d["fields"] == ALL else d["fields"])
        }
    return {
        (d["feature"], u)
        for d in spec["deps"]
        for u in selected(d["fields_mapping"]["mapping"], field["key"], names[d["feature"]])
    }


def pairs(items):
    return [text for pair in sorted(items, key=lambda p: p[0].encode()) for text in pair]


def versions(definitions):
    specs = {d["spec"]["key"]: d["spec"] for d in definitions}
    given = {d["spec"]["key"]: d.get("provenance_by_field", {}) for d in definitions}
    field_versions, preimages = {}, {}

    def field_version(feature, key):
        if (feature, key) in field_versions:
            return field_versions[feature, key]
        field = next(f for f in specs[feature]["fields"] if f["key"] == key)
        texts = [feature, key, field["code_version"]]
        for parent in sorted(parents_of(specs[feature], field, specs), key=lambda p: (p[0].encode(), p[1].encode())):
            texts += [*parent, field_version(*parent)]
        preimages[feature, key] = tagged("field", *texts)
        field_versions[feature, key] = given[feature].get(key) or digest(preimages[feature, key])
        return field_versions[feature, key]

    expect, members = {}, {}
    for d in definitions:
        spec = d["spec"]
        name = spec["key"]
        fields = {f["key"]: field_version(name, f["key"]) for f in spec["fields"]}
        spec_version = digest(tagged("spec", json.dumps(spec, sort_keys=True)))
        definition_version = digest(
            tagged("definition", spec_version, json.dumps(d["feature_schema"], sort_keys=True))
        )
        expect[name] = {
            "fields": fields,
            "preimages": {k: preimages[name, k].decode() for k in fields if k not in given[name]},
            "feature_version": digest(tagged("feature", *pairs(fields.items()))),
            "code_version": digest(tagged("code", *pairs((f["key"], f["code_version"]) for f in spec["fields"]))),
            "spec_version": spec_version,
            "definition_version": definition_version,
        }
        if not d["is_external"]:
            members.setdefault(d["project"], []).append((name, definition_version))
    projects = {p: digest(tagged("project", *pairs(m))) for p, m in members.items()}
    return {"definitions": definitions, "expect": expect, "projects": {**projects, "nobody": "empty"}}


def dep(feature, mapping=None, **more):
    return {
        "feature": feature,
        "select": None,
        "rename": None,
        "fields_mapping": {"mapping": mapping or {"type": "default", "match_suffix": False, "exclude_fields": []}},
        "sql_filters": None,
        "lineage": {"relationship": {"type": "1:1"}},
        "optional": False,
        **more,
    }


def field(key, code_version="1", deps=()):
    return {"key": key, "code_version": code_version, "deps": deps if deps == ALL else list(deps)}


def definition(key, fields, deps=(), project="demo", **more):
    spec = {
        "key": key,
        "id_columns": ["id"],
        "deps": list(deps),
        "fields": list(fields),
        "metadata": more.pop("metadata", {}),
        "description": more.pop("description", None),
    }
    schema = more.pop("feature_schema", {"type": "object", "properties": {"b": {}, "a": {"default": None}}})
    return {"spec": spec, "feature_schema": schema, "project": project, "is_external": False, **more}


def hand_made():
    # `a-b.x` sorts before `a.x` as one string but not as a pair of keys.
    order = [
        definition("a", [field("x"), field("x-y"), field("x/y")]),
        definition("a-b", [field("x", "")]),
        definition("a/b", [field("x", "a|b,3:ü☃")]),
        definition("z", [field("all", "9", ALL), field("y")], [dep("a/b"), dep("a"), dep("a-b")]),
    ]
    rich = [
        definition("up/one", [field("a"), field("b/c"), field("d")], metadata={"n": [1, 2.5, None, True]}),
        definition("up/two", [field("x"), field("v/x"), field("w/v/x")], project="other", description="Dö\n\"c\""),
        definition(
            "child",
            [field("x"), field("v/x"), field("own", "2", [{"feature": "up/one", "fields": ["b/c", "a"]}]),
             field("whole", "3", [{"feature": "up/two", "fields": ALL}])],
            [dep("up/one", {"type": "specific", "mapping": {"x": [["a"], ["b", "c"]]}}, optional=True,
                 rename={"id": "nid"}, select=["nid", "n"], sql_filters=["n >= 25"],
                 lineage={"relationship": {"type": "N:1", "on": ["nid"]}}),
             dep("up/two", {"type": "default", "match_suffix": True, "exclude_fields": ["w/v/x"]},
                 lineage={"relationship": {"type": "1:N", "on": ["id"], "id_generation_pattern": None}})],
            metadata={"owner": "é😀\x7f", "t": {"z": 1e-07, "a": 1e16, "i": 123456789012345678901234567890, "f": -0.0}},
        ),
    ]
    external = [
        definition("ext", [field("a"), field("b")], is_external=True, provenance_by_field={"a": "from elsewhere"}),
        definition("reader", [field("a"), field("b"), field("c")], [dep("ext")]),
    ]
    return [order, rich, external]


def mapping(rng, own, upstream):
    kind = rng.choice(["default", "default", "default", "all", "specific", "none"])
    if kind == "default":
        excluded = rng.sample(upstream, rng.randint(0, len(upstream) - 1))
        return {"type": kind, "match_suffix": rng.random() < 0.5, "exclude_fields": excluded}
    if kind == "specific":
        chosen = {k: sorted(u.split("/") for u in rng.sample(upstream, rng.randint(1, len(upstream)))) for k in own}
        return {"type": kind, "mapping": chosen}
    return {"type": kind}


def random_graph(rng):
    names = ["a", "a-b", "a/b", "a_c", "b", "b/x", "video/raw", "video/crop", "zz", "z-z", "q/r/s", "n1"]
    field_names = ["default", "audio", "x/audio", "y/x/audio", "text", "te-xt", "size"]
    rng.shuffle(names)
    made = []
    for name in names[: rng.randint(2, len(names))]:
        keys = rng.sample(field_names, rng.randint(1, 4))
        ups = rng.sample(made, min(len(made), rng.choice([0, 1, 2, 3])))
        deps = []
        for i, up in enumerate(ups):
            chosen = mapping(rng, keys, [f["key"] for f in up["spec"]["fields"]])
            # The first dep always gives parents: a field that reads nothing is refused.
            deps.append(dep(up["spec"]["key"], {"type": "all"} if i == 0 and chosen["type"] == "none" else chosen))
        fields = []
        for key in keys:
            own = []
            if deps and rng.random() < 0.2:
                own = ALL
            elif deps and rng.random() < 0.2:
                up = rng.choice(ups)["spec"]
                some = rng.sample([f["key"] for f in up["fields"]], 1)
                own = [{"feature": up["key"], "fields": rng.choice([ALL, some])}]
            fields.append(field(key, rng.choice(["1", "2", "", "v1.2", "ü☃"]), own))
        made.append(definition(name, fields, deps, project=rng.choice(["demo", "other"])))
    rng.shuffle(made)
    return made


def main():
    rng = random.Random(1)
    cases = [versions(d) for d in hand_made() + [random_graph(rng) for _ in range(30)]]
    with open("versions_v1.json", "w", encoding="utf-8") as out:
        out.write("[\n" + ",\n".join(json.dumps(c, ensure_ascii=False) for c in cases) + "\n]\n")


if __name__ == "__main__":
    main()
