# SPDX-License-Identifier: Apache-2.0
"""What the Dagster integration says about some features: assets, types, events of runs, jobs.

Run with the Python reference (metaxy 0.1.10, `metaxy[dagster,delta]`) it prints reference_dagster.jsonl; the tests
run it with this package in compatibility mode and compare. It leaves out what differs by run (times, run ids,
folders), by version of metaxy, and the wording of messages.
"""

import json
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, Optional, Union

import dagster as dg
import narwhals as nw
import polars as pl
from pydantic import AwareDatetime, Field, NaiveDatetime

import metaxy as mx
from metaxy.ext import dagster as md
from metaxy.ext.dagster import metaxify

DAYS = dg.StaticPartitionsDefinition(["d1", "d2", "d3"])
Store = dg.ResourceParam[mx.MetadataStore]


def declare() -> None:
    """Registers the features in the active graph."""

    class Raw(
        mx.BaseFeature, spec=mx.FeatureSpec(key="video/raw", id_columns=["video_id"], fields=["audio", "frames"])
    ):
        """Raw videos."""

        __metaxy_project__ = "media"
        video_id: str = Field(description="the id")
        path: Optional[str] = None  # noqa: UP045
        day: str
        size: float
        tags: list[str] = []
        by_frame: dict[str, list[int]] = {}
        either: Union[int, str, None] = None  # noqa: UP007
        seen: AwareDatetime | None = None
        cut: NaiveDatetime | None = None
        codec: Literal["h264", "av1"] = "av1"
        anything: Any = None
        pair: tuple[int, ...] = ()

    class Crop(
        mx.BaseFeature,
        spec=mx.FeatureSpec(
            key="video/crop",
            id_columns=["video_id"],
            deps=[mx.FeatureDep(feature=Raw, rename={"path": "raw_path"})],
            fields=[mx.FieldSpec(key="frames", code_version="2")],
            metadata={"dagster/attributes": {"group_name": "crops", "owners": ["a@example.com"]}},
        ),
    ):
        __metaxy_project__ = "media"
        video_id: str
        raw_path: str
        day: str

    class Placed(
        mx.BaseFeature,
        spec=mx.FeatureSpec(
            key="video/placed",
            id_columns=["video_id"],
            deps=[Raw, Crop],
            metadata={"dagster/attributes": {"asset_key": ["other", "place"], "tags": {"x": "y"}}, "own": 1},
        ),
    ):
        """Somewhere else."""

        __metaxy_project__ = "media"
        video_id: str

    class Daily(
        mx.BaseFeature,
        spec=mx.FeatureSpec(
            key="daily",
            id_columns=["day"],
            deps=[
                mx.FeatureDep(feature=Placed),
                mx.FeatureDep(
                    feature=Raw,
                    rename={"video_id": "member"},
                    lineage=mx.LineageRelationship.aggregation(on=["day"]),
                ),
            ],
        ),
    ):
        __metaxy_project__ = "media"
        day: str
        size: float

    class Chunk(
        mx.BaseFeature,
        spec=mx.FeatureSpec(
            key="video/chunk",
            id_columns=["video_id", "chunk"],
            deps=[mx.FeatureDep(feature=Raw, lineage=mx.LineageRelationship.expansion(on=["video_id"]))],
        ),
    ):
        __metaxy_project__ = "media"
        video_id: str
        chunk: int
        size: float

    class Never(mx.BaseFeature, spec=mx.FeatureSpec(key="never", id_columns=["video_id"])):
        __metaxy_project__ = "media"
        video_id: str

    class Odd(
        mx.BaseFeature, spec=mx.FeatureSpec(key="odd", id_columns=["i"], metadata={"dagster/attributes": "text"})
    ):
        __metaxy_project__ = "media"
        i: str

    outside = mx.FeatureSpec(key="outside/one", id_columns=["i"], deps=[Raw])
    mx.current_graph().add_feature_definition(mx.FeatureDefinition.external(spec=outside, project="elsewhere"))


def rows(count: int, day: str) -> pl.DataFrame:
    ids = [f"{day}-{i}" for i in range(count)]
    versions = [{"audio": f"a{i}", "frames": f"f{i}"} for i in range(count)]
    return pl.DataFrame(
        {
            "video_id": ids,
            "path": [f"{it}.mp4" for it in ids],
            "day": [day] * count,
            "size": [0.5 * i for i in range(count)],
            "metaxy_provenance_by_field": versions,
        }
    )


# Everything as JSON.


def plain(value: Any) -> Any:
    if isinstance(value, dg.TableMetadataValue):
        return {"columns": [column.name for column in value.schema.columns], "rows": len(value.records)}
    if isinstance(value, dg.MetadataValue):
        return {type(value).__name__: plain(value.value)}
    if isinstance(value, dg.TableSchema):
        return [[column.name, column.type, column.description] for column in value.columns]
    if isinstance(value, dg.TableColumnLineage):
        return {
            column: [[dep.asset_key.to_user_string(), dep.column_name] for dep in deps]
            for column, deps in value.deps_by_column.items()
        }
    if isinstance(value, dg.AssetKey):
        return value.to_user_string()
    if isinstance(value, dict) or hasattr(value, "items"):
        out = {str(key): plain(item) for key, item in value.items() if key != "versioning_engine"}
        if isinstance(out.get("type"), str):
            out["type"] = out["type"].rpartition(".")[2]
        return {key: item for key, item in out.items() if not (key == "metaxy" and "plugins" in item)}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else type(value).__name__


def of_spec(spec: dg.AssetSpec) -> dict[str, Any]:
    return {
        "key": plain(spec.key),
        "deps": [[plain(dep.asset_key), type(dep.partition_mapping).__name__] for dep in spec.deps],
        "kinds": sorted(spec.kinds),
        "tags": dict(sorted(spec.tags.items())),
        "code_version": spec.code_version,
        "description": spec.description,
        "group": spec.group_name,
        "owners": list(spec.owners),
        "metadata": plain(dict(sorted(spec.metadata.items()))),
    }


def of_events(result: dg.ExecuteInProcessResult) -> list[Any]:
    out: list[Any] = []
    for event in result.all_events:
        data = event.event_specific_data
        if event.event_type_value == "ASSET_MATERIALIZATION":
            out.append(["materialized", *_of_asset_event(data.materialization)])
        elif event.event_type_value == "ASSET_OBSERVATION":
            out.append(["observed", *_of_asset_event(data.asset_observation)])
        elif event.event_type_value == "STEP_FAILURE":
            error = data.error
            while error.cause:
                error = error.cause
            out.append(["failed", error.cls_name])
    return out


def _of_asset_event(event: Any) -> list[Any]:
    tags = {key: value for key, value in event.tags.items() if not key.startswith("dagster/input_")}
    if "dagster/data_version" in tags and "dagster/data_version_is_user_provided" not in tags:
        del tags["dagster/data_version"]
    for name in ("dagster/data_version", "dagster/code_version"):
        if name in tags and "metaxy:" not in tags[name] and tags[name] != "empty":
            tags[name] = "?"
    metadata = plain(dict(sorted(event.metadata.items())))
    return [plain(event.asset_key), event.partition, metadata, dict(sorted(tags.items()))]


def told(make: Callable[[], Any]) -> Any:
    """What something gives, or the kind of its error."""
    try:
        return make()
    except Exception as error:
        return {"raises": type(error).__name__}


def named(feature: str, metadata: dict[str, Any] | None = None, **kwargs: Any) -> dg.AssetSpec:
    return dg.AssetSpec("written", metadata={"metaxy/feature": feature, **(metadata or {})}, **kwargs)


def specs() -> dict[str, Any]:
    columns = dg.TableSchema([dg.TableColumn("day", "DATE", description="mine"), dg.TableColumn("extra", "T")])
    lineage = dg.TableColumnLineage(
        {"day": [dg.TableColumnDep(dg.AssetKey("e"), "c")], "extra": [dg.TableColumnDep(dg.AssetKey("e"), "d")]}
    )
    mapped = dg.AssetDep(["video", "raw"], partition_mapping=dg.AllPartitionMapping())
    crop = named("video/crop")
    everything_off = {
        "inject_metaxy_kind": False,
        "inject_code_version": False,
        "set_description": False,
        "inject_column_schema": False,
        "inject_column_lineage": False,
    }
    makers: dict[str, Callable[[], dg.AssetSpec]] = {
        "raw": lambda: metaxify(named("video/raw")),
        "crop": lambda: metaxify(
            named(
                "video/crop",
                code_version="v1",
                kinds={"duckdb"},
                tags={"a": "b"},
                description="mine",
                group_name="mine",
                deps=["u", mapped],
            )
        ),
        "placed": lambda: metaxify(named("video/placed", tags={"t": "v"})),
        "daily": lambda: metaxify(named("daily")),
        "chunk": lambda: metaxify(named("video/chunk")),
        "external": lambda: metaxify(named("outside/one")),
        "prefix": lambda: metaxify(key_prefix=["p", "q"])(named("video/placed")),
        "prefix text": lambda: metaxify(key_prefix="p")(crop),
        "key": lambda: metaxify(key="my/key")(crop),
        "key parts": lambda: metaxify(key=["my", "key"])(crop),
        "nothing": lambda: metaxify(**everything_off)(crop),
        "columns": lambda: metaxify(
            named("video/crop", {"dagster/column_schema": columns, "dagster/column_lineage": lineage})
        ),
        "by key": lambda: metaxify(dg.AssetSpec("x", metadata={"metaxy/feature": mx.FeatureKey("video/crop")})),
        "no feature": lambda: metaxify(dg.AssetSpec(["a", "b"], deps=["u"])),
        "no feature, prefix": lambda: metaxify(key_prefix="p")(dg.AssetSpec(["a", "b"], deps=["u"])),
        "key and prefix": lambda: metaxify(key="a", key_prefix="b")(crop),
        "odd attributes": lambda: metaxify(named("odd")),
        "unknown": lambda: metaxify(named("nope")),
    }
    return {name: told(lambda make=make: of_spec(make())) for name, make in makers.items()}


def definitions() -> dict[str, Any]:
    @dg.asset(metadata={"metaxy/feature": "video/raw"}, check_specs=[dg.AssetCheckSpec("fine", asset="one")])
    def one(): ...

    @dg.multi_asset(
        specs=[named("video/raw").replace_attributes(key="a"), named("video/crop").replace_attributes(key="b")]
    )
    def several(): ...

    @dg.asset(metadata={"metaxy/feature": "video/crop"}, ins={"raw": dg.AssetIn(key=["video", "raw"])})
    def taking(raw: Any) -> None: ...

    def of(asset: dg.AssetsDefinition) -> Any:
        return {
            "specs": [of_spec(spec) for spec in asset.specs],
            "checks": sorted(str(key) for key in asset.check_keys),
            "inputs": {name: plain(key) for name, key in sorted(asset.keys_by_input_name.items())},
        }

    return {
        "one": told(lambda: of(metaxify(one))),
        "prefix": told(lambda: of(metaxify(key_prefix="p")(one))),
        "several": told(lambda: of(metaxify(several))),
        "several, one key": told(lambda: of(metaxify(key="a")(several))),
        "taking": told(lambda: of(metaxify(taking))),
    }


def types() -> dict[str, Any]:
    given = {
        "none": None,
        "polars": rows(1, "d1"),
        "lazy": rows(1, "d1").lazy(),
        "narwhals": nw.from_native(rows(1, "d1")),
        "number": 5,
        "rows": [{"a": 1}],
    }
    crop = md.feature_to_dagster_type("video/crop")
    own = md.feature_to_dagster_type(
        "video/raw", name="N", description="D", inject_column_schema=False, metadata={"a": 1, "metaxy/info": "x"}
    )
    preview = md.build_table_preview_metadata(
        nw.from_native(rows(7, "d1").lazy()).select("video_id", "size", "metaxy_provenance_by_field"),
        dg.TableSchema([dg.TableColumn("video_id")]),
        n_rows=3,
    )
    return {
        "types": [[it.key, it.description, plain(dict(sorted(it.metadata.items())))] for it in (crop, own)],
        "checks": {name: crop.type_check(None, value).success for name, value in given.items()},
        "preview": [dict(record.data) for record in preview.records],
    }


class Runs:
    """Runs against a store in a folder, each event as JSON."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.instance = dg.DagsterInstance.ephemeral()
        resource = md.MetaxyStoreFromConfigResource(name="dev")
        self.resources = {"store": resource, "features": md.MetaxyIOManager(store=resource)}
        self.out: dict[str, Any] = {}

    def materialize(self, name: str, assets: list[Any], **kwargs: Any) -> None:
        result = dg.materialize(
            assets, resources=self.resources, instance=self.instance, raise_on_error=False, **kwargs
        )
        self._keep(name, result)

    def job(self, name: str, job: dg.JobDefinition, **kwargs: Any) -> None:
        bound = dg.Definitions(jobs=[job], resources=self.resources).get_job_def(job.name)
        self._keep(name, bound.execute_in_process(instance=self.instance, raise_on_error=False, **kwargs))

    def observe(self, name: str, assets: list[Any]) -> None:
        every = dg.define_asset_job("all", selection=dg.AssetSelection.all(include_sources=True))
        bound = dg.Definitions(assets=assets, resources=self.resources, jobs=[every]).get_job_def("all")
        self._keep(name, bound.execute_in_process(instance=self.instance, raise_on_error=False))

    def _keep(self, name: str, result: dg.ExecuteInProcessResult) -> None:
        self.out[name] = json.loads(json.dumps(of_events(result)).replace(str(self.root), "ROOT"))


def io_manager_runs(runs: Runs) -> None:
    @metaxify
    @dg.asset(
        metadata={"metaxy/feature": "video/raw", "partition_by": "day"},
        io_manager_key="features",
        partitions_def=DAYS,
    )
    def raw(context: dg.AssetExecutionContext) -> Any:
        return rows(7, context.partition_key)

    taken = dg.AssetIn(key=["video", "raw"])

    def crop_asset(name: str, taken: dg.AssetIn, partitions_def: Any = None) -> dg.AssetsDefinition:
        @metaxify
        @dg.asset(
            name=name,
            metadata={"metaxy/feature": "video/crop", "partition_by": "day"},
            io_manager_key="features",
            ins={"raw": taken},
            partitions_def=partitions_def,
            code_version="7",
        )
        def crop(context: dg.AssetExecutionContext, raw: Any, store: Store) -> Any:
            with store:
                context.add_output_metadata({"seen": raw.collect().shape[0]})
                return store.resolve_update("video/crop").new

        return crop

    @metaxify
    @dg.asset(metadata={"metaxy/feature": "video/raw", "metaxy/partition": {"day": "d1"}}, io_manager_key="features")
    def fixed(): ...

    @dg.asset(ins={"raw": taken})
    def reader(context: dg.AssetExecutionContext, raw: Any, store: Store) -> None:
        with store:
            context.add_output_metadata({"seen": raw.collect().shape[0]})

    @metaxify
    @dg.asset(metadata={"metaxy/feature": "video/raw"}, io_manager_key="features")
    def counted(context: dg.AssetExecutionContext):
        context.add_output_metadata({"dagster/row_count": 77})

    @metaxify
    @dg.asset(metadata={"metaxy/feature": "never"}, io_manager_key="features")
    def never(): ...

    @dg.asset(io_manager_key="features")
    def nameless() -> Any:
        return rows(1, "d1")

    daily = crop_asset("crop", taken, DAYS)
    runs.materialize("first day", [raw, daily], partition_key="d1")
    runs.materialize("second day", [raw, daily], partition_key="d2")
    runs.materialize("second day again", [raw, daily], partition_key="d2", selection=[daily.key])
    every = crop_asset("crop_all", taken)
    runs.materialize("all days", [raw, every], selection=[every.key])
    some = dg.AssetIn(key=["video", "raw"], partition_mapping=dg.SpecificPartitionsPartitionMapping(["d1"]))
    one = crop_asset("crop_one", some)
    runs.materialize("one day of them", [raw, one], selection=[one.key])
    runs.materialize("fixed part", [fixed, reader])
    runs.materialize("counted", [counted])
    runs.materialize("never written", [never])
    runs.materialize("nameless", [nameless])


def result_runs(runs: Runs) -> None:
    found = [metaxify(named(key)) for key in ("video/crop", "video/raw", "never")]
    given = [*(spec.replace_attributes(skippable=True) for spec in found), dg.AssetSpec("other", skippable=True)]

    @dg.multi_asset(specs=given)
    def several(context: dg.AssetExecutionContext, store: Store):
        with store.open("w"):
            store.write("video/raw", rows(2, "d9"))
            store.write("video/crop", store.resolve_update("video/crop").new)
        yield from md.generate_materialize_results(context, store)

    @dg.multi_asset(specs=[spec.replace_attributes(skippable=True) for spec in found[:2]])
    def chosen(context: dg.AssetExecutionContext, store: Store):
        yield from md.generate_materialize_results(context, store, found[1:2])

    @dg.multi_observable_source_asset(specs=given)
    def watched(context: dg.AssetExecutionContext, store: Store):
        yield from md.generate_observe_results(context, store)

    @dg.op
    def no_asset(context: dg.OpExecutionContext, store: Store) -> None:
        list(md.generate_materialize_results(context, store))

    @dg.job
    def op_job() -> None:
        no_asset()

    runs.materialize("several results", [several])
    runs.materialize("chosen results", [chosen])
    runs.observe("observed results", [watched])
    runs.job("results in an op", op_job)

    @md.observable_metaxy_asset("video/raw")
    def watch(context: Any, store: Any, lazy_df: Any) -> Any:
        return {"days": lazy_df.collect()["day"].n_unique()}

    part = {"metaxy/partition": {"day": "d1"}, "x": 1}

    @md.observable_metaxy_asset("video/raw", metadata=part, group_name="g", description="mine", tags={"u": "v"})
    def watch_part(context: Any, store: Any, lazy_df: Any) -> None: ...

    runs.out["observable assets"] = [
        [plain(it.key), dict(sorted(it.tags.items())), it.description, it.group_name, sorted(it.metadata)]
        for it in (watch, watch_part)
    ]
    runs.observe("observed", [watch])
    runs.observe("observed part", [watch_part])


def job_runs(runs: Runs) -> None:
    raw = metaxify(named("video/raw"))
    crop = metaxify(named("video/crop"))
    never = metaxify(named("never"))

    @metaxify
    @dg.asset(metadata={"metaxy/feature": "video/raw", "partition_by": "day"}, partitions_def=DAYS)
    def daily() -> None: ...

    def of(job: dg.JobDefinition) -> list[Any]:
        return [job.name, dict(job.tags), plain(dict(job.metadata)), type(job.partitions_def).__name__]

    single = md.build_metaxy_observation_job(raw, tags={"a": "b"})[0]
    fixed = md.build_metaxy_observation_job(metaxify(named("video/raw", {"metaxy/partition": {"day": "d2"}})))[0]
    by_day = md.build_metaxy_observation_job(daily)[0]
    empty = md.build_metaxy_observation_job(never)[0]
    many = md.build_metaxy_multi_observation_job("many", assets=[raw, crop, never, dg.AssetSpec("other")])
    many_days = md.build_metaxy_multi_observation_job("many_days", assets=[daily], tags={"z": "y"})
    runs.out["jobs"] = [of(job) for job in (single, fixed, by_day, empty, many, many_days)]
    runs.out["description of many"] = many.description
    runs.job("single", single)
    runs.job("fixed part observed", fixed)
    runs.job("by day", by_day, partition_key="d1")
    runs.job("empty", empty)
    runs.job("many", many)
    some = {"ops": {"many_fanout": {"config": {"asset_keys": ["video/raw"]}}}}
    runs.job("some of many", many, run_config=some)
    unknown = {"ops": {"many_fanout": {"config": {"asset_keys": ["nope"]}}}}
    runs.job("unknown of many", many, run_config=unknown)
    runs.job("many by day", many_days, partition_key="d2")
    build = md.build_metaxy_multi_observation_job
    everything = dg.AssetSelection.all()
    runs.out["refused"] = [
        told(lambda: md.build_metaxy_observation_job(dg.AssetSpec("other"))),
        told(lambda: md.build_metaxy_observation_job(5)),
        told(lambda: build("n")),
        told(lambda: build("n", asset_selection=everything)),
        told(lambda: build("n", asset_selection=everything, defs=dg.Definitions(), assets=[raw])),
        told(lambda: build("n", assets=[dg.AssetSpec("other")])),
        told(lambda: build("n", assets=[5])),
        told(lambda: build("n", assets=[daily, crop])),
    ]


def delete_runs(runs: Runs) -> None:
    @dg.job(resource_defs={"metaxy_store": runs.resources["store"]})
    def cleanup() -> None:
        md.delete()

    store = mx.MetaxyConfig.get().get_store("dev")
    for name, config in {
        "soft": {"filters": ["day = 'd1'"]},
        "hard": {"filters": ["day = 'd2'"], "soft": False},
    }.items():
        settings = {"ops": {"delete": {"config": {"feature_key": ["video", "raw"], **config}}}}
        cleanup.execute_in_process(run_config=settings, instance=runs.instance)
        with store:
            left = store.read("video/raw").collect().shape[0]
            kept = store.read("video/raw", include_soft_deleted=True).collect().shape[0]
        runs.out[f"{name} delete"] = [left, kept]


def everything(root: Path) -> dict[str, Any]:
    """All of it, with the features in the active graph and the store below a folder."""
    declare()
    store = {
        "type": "metaxy.ext.polars.handlers.delta.DeltaMetadataStore",
        "config": {"root_path": str(root / "tables")},
    }
    config = mx.MetaxyConfig(
        project="media",
        store="dev",
        stores={"dev": store},
        hash_truncation_length=8,
        auto_create_tables=True,
    )
    runs = Runs(root)
    with config.use():
        out = {"specs": specs(), "definitions": definitions(), "types": types()}
        for part in (io_manager_runs, result_runs, job_runs, delete_runs):
            part(runs)
    return {**out, "runs": runs.out}


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder, mx.FeatureGraph().use():
        parts = everything(Path(folder))
    entries = [(part, name, value) for part, values in parts.items() for name, value in values.items()]
    lines = [json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":")) for entry in entries]
    print("\n".join(lines))
