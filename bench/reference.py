# SPDX-License-Identifier: Apache-2.0
"""One step of a pipeline through the reference's public Python API: the twin of bench/steps.cpp.

    python reference.py seed|measure PATH SHAPE ROWS SCENARIO ALGORITHM

Runs in a venv of its own with metaxy[duckdb]==0.1.10, duckdb 1.4.4 and polars 1.x. METAXY_BENCH_EXT_DIR names a
DuckDB extension folder with `hashfuncs` for machines that cannot download it.
"""

import json
import os
import resource
import sys
import time

FIELDS = {"simple": ("audio", "frames"), "wide": ("audio", "frames", "optical_flow", "embedding")}
LEAF = {"simple": ("prediction",), "wide": ("prediction_a", "prediction_b")}
ROOTS = {"simple": 1, "wide": 2}


def build(shape):
    import metaxy as mx

    graph = mx.FeatureGraph()
    roots = []

    def feature(name, key, columns, fields, deps=()):
        spec = mx.FeatureSpec(
            key=key,
            id_columns=["sample_uid"],
            deps=[mx.FeatureDep(feature=d) for d in deps],
            fields=[mx.FieldSpec(key=f, code_version="1") for f in fields],
        )
        body = {"__annotations__": {c: str for c in ("sample_uid", *columns)}, "__module__": __name__}
        return type(mx.BaseFeature)(name, (mx.BaseFeature,), body, spec=spec)

    with graph.use():
        for i in range(ROOTS[shape]):
            roots.append(feature(f"Root{i}", f"bench/root_{i}", [f"path_{i}"], FIELDS[shape]))
        leaf = feature("Leaf", "bench/leaf", [], LEAF[shape], roots)
    return graph, roots, leaf


def parent_frame(shape, root, rows, generation=0, step=1):
    import polars as pl

    df = pl.int_range(0, rows, step, eager=True, dtype=pl.Int64).alias("i").to_frame()
    df = df.with_columns(sample_uid=pl.format("sample_{}", pl.col("i").cast(pl.Utf8).str.zfill(9)))
    fields = []
    for k, field in enumerate(FIELDS[shape]):
        mixed = ((pl.col("i") + 1) * (2654435761 + 2 * k) // 8191 + 977 * root) % (1 << 20)
        suffix = "_g1" if generation else ""
        fields.append(pl.format("{}{}{}", pl.lit(field[0]), mixed, pl.lit(suffix)).alias(field))
    return df.select(
        "sample_uid",
        pl.concat_str(pl.lit("/data/raw/"), "sample_uid", pl.lit(".mp4")).alias(f"path_{root}"),
        pl.struct(fields).alias("metaxy_provenance_by_field"),
    )


def open_store(path, algorithm):
    import metaxy as mx
    from metaxy.ext.duckdb import DuckDBMetadataStore

    settings = {}
    if os.environ.get("METAXY_BENCH_EXT_DIR"):
        settings = {"allow_unsigned_extensions": "true", "extension_directory": os.environ["METAXY_BENCH_EXT_DIR"]}
    return DuckDBMetadataStore(
        path, config=settings, auto_create_tables=True, hash_algorithm=mx.HashAlgorithm(algorithm)
    )


def seed(store, shape, rows, scenario, roots, leaf):
    for k, root in enumerate(roots):
        store.write(root, parent_frame(shape, k, rows))
    if scenario == "new":
        return
    store.write(leaf, store.resolve_update(leaf).to_polars().new)
    if scenario == "noop":
        return
    every = scenario == "stale"
    for k, root in enumerate(roots if every else roots[:1]):
        store.write(root, parent_frame(shape, k, rows, generation=1, step=1 if every else 100))


def measure(store, rows, scenario, leaf):
    import polars as pl

    def usage():
        r = resource.getrusage(resource.RUSAGE_SELF)
        return r.ru_utime + r.ru_stime, r.ru_maxrss // 1024

    out = {}

    def phase(name, work):
        t, c = time.perf_counter(), usage()[0]
        value, count = work()
        cpu, rss = usage()
        out.update({f"{name}_s": time.perf_counter() - t, f"{name}_cpu_s": cpu - c, f"{name}_rows": count})
        out[f"{name}_rss_mib"] = rss
        return value

    def resolve():
        inc = store.resolve_update(leaf).to_polars()
        return inc, inc.new.height + inc.stale.height + inc.orphaned.height

    inc = phase("resolve", resolve)
    if rows <= 1_000_000 and scenario in ("new", "stale"):
        frame = pl.concat([f for f in (inc.new, inc.stale) if f.height], how="diagonal")
        phase("write", lambda: (store.write(leaf, frame), frame.height))
    del inc

    def current():
        try:
            frame = store.read(leaf).collect().to_native()
        except Exception:  # nothing written yet
            return None, 0
        return frame, frame.num_rows if hasattr(frame, "num_rows") else frame.height

    phase("read", current)
    out["total_cpu_s"], out["peak_mib"] = usage()
    print("RESULT " + json.dumps(out))


def main():
    role, path, shape, rows, scenario, algorithm = sys.argv[1:7]
    import metaxy as mx

    os.environ.setdefault("METAXY_LOG_LEVEL", "WARNING")
    config = mx.MetaxyConfig(project="bench", auto_create_tables=True)
    graph, roots, leaf = build(shape)
    with config.use(), graph.use(), open_store(path, algorithm).open("w") as store:
        if role == "seed":
            seed(store, shape, int(rows), scenario, roots, leaf)
        else:
            measure(store, int(rows), scenario, leaf)


if __name__ == "__main__":
    main()
