# SPDX-License-Identifier: Apache-2.0
"""What bench/postgresql.py measures, through the reference's public Python API and its PostgreSQL store.

    server.py run REF_VENV/bin/python bench/reference_postgresql.py RECORDS WHAT

A process of its own for each WHAT: write_root, resolve_new (writes what it resolved, too), resolve, write_changed.
"""

import json
import os
import resource
import sys
import time


def build():
    import metaxy as mx

    graph = mx.FeatureGraph()

    def feature(name, key, deps=()):
        spec = mx.FeatureSpec(
            key=key,
            id_columns=["sample_uid"],
            deps=[mx.FeatureDep(feature=d) for d in deps],
            fields=[mx.FieldSpec(key=f, code_version="1") for f in ("audio", "frames")],
        )
        body = {"__annotations__": {"sample_uid": str}, "__module__": __name__}
        return type(mx.BaseFeature)(name, (mx.BaseFeature,), body, spec=spec)

    with graph.use():
        raw = feature("Raw", "video/raw")
        crop = feature("Crop", "video/crop", [raw])
    return graph, raw, crop


def frame(numbers, version):
    import polars as pl

    df = pl.Series("i", list(numbers), dtype=pl.Int64).to_frame()
    names = (("a", "audio"), ("f", "frames"))
    fields = [pl.format(version + letter + "{}", pl.col("i")).alias(name) for letter, name in names]
    return df.select(
        pl.format("sample_{}", pl.col("i").cast(pl.Utf8).str.zfill(9)).alias("sample_uid"),
        pl.struct(fields).alias("metaxy_provenance_by_field"),
    )


def usage():
    r = resource.getrusage(resource.RUSAGE_SELF)
    return r.ru_utime + r.ru_stime, r.ru_maxrss / 1024


def timed(title, work):
    start, cpu = time.perf_counter(), usage()[0]
    rows = work()
    seconds = time.perf_counter() - start
    used, peak = usage()
    result = {"title": title, "rows": rows, "s": seconds, "cpu_s": used - cpu, "mib": peak}
    print("RESULT " + json.dumps(result), flush=True)


def resolve(store, crop):
    increment = store.resolve_update(crop).to_polars()
    return increment, increment.new.height + increment.stale.height + increment.orphaned.height


def main():
    records, what = int(sys.argv[1]), sys.argv[2]
    import metaxy as mx
    from metaxy.ext.postgresql import PostgreSQLMetadataStore

    graph, raw, crop = build()
    config = mx.MetaxyConfig(project="bench", auto_create_tables=True)
    uri = os.environ["METAXY_TEST_POSTGRESQL"]
    with config.use(), graph.use(), PostgreSQLMetadataStore(uri, auto_create_tables=True).open("w") as store:
        if what == "write_root":
            rows = frame(range(records), "1")
            timed("write", lambda: (store.write(raw, rows), rows.height)[1])
        elif what == "write_changed":
            rows = frame(range(0, records, 100), "2")
            timed("write", lambda: (store.write(raw, rows), rows.height)[1])
        elif what == "resolve":
            timed("resolve", lambda: resolve(store, crop)[1])
        else:
            kept = []
            timed("resolve, all new", lambda: (kept.append(resolve(store, crop)), kept[0][1])[1])
            timed("write", lambda: (store.write(crop, kept[0][0].new), kept[0][1])[1])


if __name__ == "__main__":
    main()
