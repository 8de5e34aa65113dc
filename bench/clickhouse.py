# SPDX-License-Identifier: Apache-2.0
"""Times `mx` on a ClickHouse store, beside the reference's store on the same server.

    python3 tests/clickhouse/server.py run FILE python3 bench/clickhouse.py --mx build/release/bin/mx
        [--reference REF_VENV/bin/python] [--records 1000000] [--cluster]

The server is one of the tests; `--cluster` keeps the tables on both of them, as two shards. One feature of two fields
depends on another, sample by sample. Seconds are of the clock, because the server does most of the work; those of `mx`
have the start of the program and the reading and writing of files in them. Client CPU seconds and peak memory are of
`mx` alone. The reference wants `metaxy[clickhouse]==0.1.10` in a venv of its own.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request

from steps_of_mx import run_process, write_project, write_rows

CONFIG = """project = "bench"
store = "server"
features = ["features.toml"]

[stores.server]
type = "clickhouse"

[stores.server.config]
uri = "{uri}/{database}"
hash_algorithm = "{algorithm}"
{more}
"""
ON_CLUSTER = """hosts = ["{second}"]
cluster = "two"
cluster_ddl = "each_host"
"""


def ask(host, statement):
    urllib.request.urlopen(host, statement.encode(), timeout=600).read()


def measure(mx, folder, *words):
    return run_process([mx, *words], folder)[0]


def ours(args, database):
    mx, records = os.path.abspath(args.mx), args.records
    out = {}
    with tempfile.TemporaryDirectory(prefix="mxbench_") as folder:
        more = ON_CLUSTER.format(second=os.environ["METAXY_TEST_CLICKHOUSE_SECOND"]) if args.cluster else ""
        uri = os.environ["METAXY_TEST_CLICKHOUSE"]
        config = CONFIG.format(uri=uri, database=database, algorithm=args.algorithm, more=more)
        write_project(folder, config)
        rows, increment = os.path.join(folder, "rows.jsonl"), os.path.join(folder, "rows.arrow")
        write_rows(rows, range(records), "1")
        measure(mx, folder, "write", "video/raw", rows)
        out["resolve, all new"] = measure(mx, folder, "resolve", "video/crop", "-o", increment)
        out["write"] = measure(mx, folder, "write", "video/crop", increment)
        out["resolve, nothing changed"] = measure(mx, folder, "resolve", "video/crop", "-o", increment)
        write_rows(rows, range(0, records, 100), "2")
        measure(mx, folder, "write", "video/raw", rows)
        out["resolve, 1 % changed"] = measure(mx, folder, "resolve", "video/crop", "-o", increment)
    return out


def reference(records, algorithm, uri):
    """The same steps by the reference's public Python API; prints their seconds."""
    import metaxy as mx
    import polars as pl
    from metaxy.ext.clickhouse import ClickHouseMetadataStore

    class Raw(mx.BaseFeature, spec=mx.FeatureSpec(key="video/raw", id_columns=["sample_uid"], fields=["audio", "frames"])):
        sample_uid: str

    class Crop(
        mx.BaseFeature,
        spec=mx.FeatureSpec(key="video/crop", id_columns=["sample_uid"], fields=["audio", "frames"], deps=[Raw]),
    ):
        sample_uid: str

    def frame(step, version):
        df = pl.int_range(0, records, step, eager=True).alias("i").to_frame()
        fields = [pl.format("{}{}{}", pl.lit(version), pl.lit(f[0]), pl.col("i")).alias(f) for f in ("audio", "frames")]
        uid = pl.format("sample_{}", pl.col("i").cast(pl.Utf8).str.zfill(9)).alias("sample_uid")
        return df.select(uid, pl.struct(fields).alias("metaxy_provenance_by_field"))

    out = {}

    def timed(name, work):
        start = time.perf_counter()
        value = work()
        out[name] = time.perf_counter() - start
        return value

    def resolve():
        increment = store.resolve_update(Crop).to_polars()
        return increment, increment.new.height + increment.stale.height

    chosen = mx.HashAlgorithm(algorithm)
    with ClickHouseMetadataStore(uri, auto_create_tables=True, hash_algorithm=chosen).open("w") as store:
        store.write(Raw, frame(1, "1"))
        increment, _ = timed("resolve, all new", resolve)
        timed("write", lambda: store.write(Crop, increment.new))
        assert timed("resolve, nothing changed", resolve)[1] == 0
        store.write(Raw, frame(100, "2"))
        assert timed("resolve, 1 % changed", resolve)[1] == len(range(0, records, 100))
    out["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("RESULT " + json.dumps(out))


def theirs(args, database):
    uri = os.environ["METAXY_TEST_CLICKHOUSE"].replace("http://", "clickhouse://default@") + "/" + database
    command = [args.reference, os.path.abspath(__file__), "--as-reference", uri, "--records", str(args.records)]
    done = subprocess.run([*command, "--algorithm", args.algorithm], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"the reference failed:\n{done.stderr.strip()[-2000:]}")
    return json.loads(next(x for x in done.stdout.splitlines() if x.startswith("RESULT "))[7:])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--mx")
    p.add_argument("--reference")
    p.add_argument("--as-reference", metavar="URI", help="be the reference's half; for this program itself")
    p.add_argument("--records", type=int, default=1_000_000)
    p.add_argument("--algorithm", default="xxhash64")
    p.add_argument("--cluster", action="store_true")
    args = p.parse_args()
    if args.as_reference:
        return reference(args.records, args.algorithm, args.as_reference)
    hosts = [os.environ["METAXY_TEST_CLICKHOUSE"], os.environ["METAXY_TEST_CLICKHOUSE_SECOND"]]
    databases = [f"bench_{os.getpid()}", f"bench_{os.getpid()}_reference"]
    try:
        for host in hosts:
            for database in databases:
                ask(host, f"CREATE DATABASE {database}")
        mine = ours(args, databases[0])
        other = theirs(args, databases[1]) if args.reference else {}
    finally:
        for host in hosts:
            for database in databases:
                ask(host, f"DROP DATABASE IF EXISTS {database} SYNC")
    print("| step | s | client CPU s | peak MiB | reference, s | times |\n|---|---|---|---|---|---|")
    for step, (seconds, cpu, peak) in mine.items():
        line = f"| {step} | {seconds:.2f} | {cpu:.2f} | {peak:.0f} |"
        if step in other:
            line += f" {other[step]:.2f} | {other[step] / seconds:.1f} |"
        print(line)
    if other:
        print(f"The reference's peak memory: {other['peak']:.0f} MiB.")


if __name__ == "__main__":
    sys.exit(main())
