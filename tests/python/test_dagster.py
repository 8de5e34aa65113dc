# SPDX-License-Identifier: Apache-2.0
# mypy: allow-untyped-defs, allow-incomplete-defs
"""Features in Dagster: what the reference says of them, and where this package does better."""

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import dagster as dg
import polars as pl
import pytest

import metaxy as mx
from metaxy.ext import dagster as md
from metaxy.ext.dagster import metaxify
from metaxy.ext.duckdb import DuckDBMetadataStore
from metaxy.metadata_store import FeatureNotFoundError

DATA = Path(__file__).parent.parent / "data"
REFERENCE = [json.loads(line) for line in (DATA / "reference_dagster.jsonl").read_text(encoding="utf-8").splitlines()]
DAYS = dg.StaticPartitionsDefinition(["d1", "d2", "d3"])
Store: TypeAlias = dg.ResourceParam[mx.MetadataStore]


# What the reference says.


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The same script as was run with the reference."""
    pytest.importorskip("deltalake")
    script = runpy.run_path(str(DATA / "make_reference_dagster.py"))
    with pytest.MonkeyPatch.context() as patch, mx.FeatureGraph().use():
        patch.setenv("METAXY_COMPAT", "0.1")
        return json.loads(json.dumps(script["everything"](tmp_path_factory.mktemp("dagster"))))


@pytest.mark.filterwarnings("ignore::metaxy.UnresolvedExternalFeatureWarning")
@pytest.mark.parametrize(("part", "name", "value"), REFERENCE, ids=[f"{part}: {name}" for part, name, _ in REFERENCE])
def test_what_the_reference_says(said: dict[str, dict[str, Any]], part: str, name: str, value: Any) -> None:
    assert said[part][name] == value


def test_the_reference_says_no_less(said: dict[str, dict[str, Any]]) -> None:
    assert {(part, name) for part in said for name in said[part]} == {(part, name) for part, name, _ in REFERENCE}


# This package's own rules.


def declare(key: str, columns: list[str] | None = None, doc: str | None = None, **spec: Any) -> type[mx.BaseFeature]:
    names = {**dict.fromkeys(["id", "day", "size"], str)} if columns is None else dict.fromkeys(columns, str)
    body = {"__annotations__": names, "__module__": "example", "__metaxy_project__": "media", "__doc__": doc}
    given = mx.FeatureSpec(**{"key": key, "id_columns": ["id"], **spec})
    return type(mx.BaseFeature)(key.replace("/", "_"), (mx.BaseFeature,), body, spec=given)  # type: ignore[misc]


def rows(*ids: int, day: str = "d1") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "id": [f"{day}-{i}" for i in ids],
            "day": [day] * len(ids),
            "size": [str(i) for i in ids],
            "metaxy_provenance_by_field": [{"default": f"{day}{i}"} for i in ids],
        }
    )


class Place:
    """A project with one DuckDB store, and Dagster around it."""

    def __init__(self, config: mx.MetaxyConfig) -> None:
        self.config = config
        self.instance = dg.DagsterInstance.ephemeral()
        self.resource = md.MetaxyStoreFromConfigResource()
        self.resources = {"store": self.resource, "features": md.MetaxyIOManager()}

    @property
    def store(self) -> mx.MetadataStore:
        return self.config.get_store()

    def write(self, feature: Any, frame: pl.DataFrame) -> None:
        with self.store.open("w") as store:
            store.write(feature, frame)

    def run(self, *assets: Any, **kwargs: Any) -> Any:
        return dg.materialize(list(assets), resources=self.resources, instance=self.instance, **kwargs)

    def observe(self, *assets: Any) -> Any:
        job = dg.define_asset_job("all", selection=dg.AssetSelection.all(include_sources=True))
        return self.job(dg.Definitions(assets=list(assets), jobs=[job], resources=self.resources), "all")

    def job(self, defs: Any, name: str, **kwargs: Any) -> Any:
        return defs.get_job_def(name).execute_in_process(instance=self.instance, **kwargs)

    def run_job(self, job: Any, **kwargs: Any) -> Any:
        return self.job(dg.Definitions(jobs=[job], resources=self.resources), job.name, **kwargs)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("DAGSTER_DISABLE_TELEMETRY", "1")
    store = mx.StoreConfig(type=DuckDBMetadataStore, config={"database": tmp_path / "store.duckdb"})
    config = mx.MetaxyConfig(project="media", store="dev", stores={"dev": store})
    with config.use():
        declare("raw/clip")
        declare("raw/cut", deps=["raw/clip"])
        yield Place(config)


def spec_of(feature: str, partitions_def: Any = None, **metadata: Any) -> Any:
    return metaxify(dg.AssetSpec("x", metadata={"metaxy/feature": feature, **metadata}, partitions_def=partitions_def))


def metadata_of(result: Any, key: str) -> dict[str, Any]:
    """Metadata of the one event of an asset."""
    wanted = dg.AssetKey.from_user_string(key)
    found = [event.materialization for event in result.get_asset_materialization_events()]
    found += [event.asset_observation_data.asset_observation for event in result.get_asset_observation_events()]
    (event,) = [it for it in found if it.asset_key == wanted]
    return {name: value.value for name, value in event.metadata.items() if name != "dagster/table"}


def failure(run: Callable[[], Any]) -> str:
    with pytest.raises(Exception) as raised:
        run()
    texts: list[str] = []
    error: BaseException | None = raised.value
    while error is not None:
        texts.append(f"{type(error).__name__}: {error}")
        error = error.__cause__
    return "\n".join(texts)


def test_assets_through_the_io_manager(place: Place) -> None:
    @metaxify
    @dg.asset(metadata={"metaxy/feature": "raw/clip"}, io_manager_key="features")
    def clip() -> md.MetaxyOutput:
        return rows(1, 2, 3)

    @metaxify
    @dg.asset(
        metadata={"metaxy/feature": "raw/cut"},
        io_manager_key="features",
        ins={"clip": dg.AssetIn(key=["raw", "clip"])},
    )
    def cut(context: dg.AssetExecutionContext, clip, store: Store) -> md.MetaxyOutput:
        context.add_output_metadata({"seen": len(clip.collect())})
        with store:
            return store.resolve_update("raw/cut").new

    result = place.run(clip, cut)
    known = metadata_of(result, "raw/cut")
    assert (known["seen"], known["dagster/row_count"], known["metaxy/materialized_in_run"]) == (3, 3, 3)
    assert known["dagster/table_name"] == "raw__cut" and known["metaxy/store"]["name"] == "dev"
    assert known["metaxy/store"]["resolved_from"]["type"] == "metaxy.ext.duckdb.metadata_store.DuckDBMetadataStore"
    assert known["metaxy/info"]["metaxy"]["version"] == mx.__version__
    with place.store as store:
        assert set(store.read("raw/cut").collect()["metaxy_materialization_id"]) == {result.run_id}
    again = metadata_of(place.run(clip, cut, selection=[cut.key]), "raw/cut")
    assert (again["dagster/row_count"], again["metaxy/materialized_in_run"]) == (3, 0)


def test_an_input_outlives_the_store_it_was_read_from(place: Place) -> None:
    place.write("raw/clip", rows(1, 2))
    seen = []

    @dg.asset(ins={"clip": dg.AssetIn(key=["raw", "clip"])})
    def reader(clip) -> None:
        seen.append(clip.select("id").collect()["id"].to_list())

    source = spec_of("raw/clip").with_io_manager_key("features")
    place.run(source, reader, selection=[reader.key])
    assert sorted(seen[0]) == ["d1-1", "d1-2"]


def test_partitions_are_read_and_counted_by_their_column(place: Place) -> None:
    @metaxify
    @dg.asset(
        metadata={"metaxy/feature": "raw/clip", "partition_by": "day"}, io_manager_key="features", partitions_def=DAYS
    )
    def clip(context: dg.AssetExecutionContext) -> Any:
        return rows(1, 2, day=context.partition_key)

    def reader(mapping: Any, partitions_def: Any = None) -> Any:
        @dg.asset(
            name="reader",
            ins={"clip": dg.AssetIn(key=["raw", "clip"], partition_mapping=mapping)},
            partitions_def=partitions_def,
        )
        def read(context: dg.AssetExecutionContext, clip) -> None:
            context.add_output_metadata({"days": sorted(set(clip.collect()["day"]))})

        return read

    def days(mapping: Any, partitions_def: Any = None, **kwargs: Any) -> Any:
        asset = reader(mapping, partitions_def)
        return metadata_of(place.run(clip, asset, selection=[asset.key], **kwargs), "reader")["days"]

    counts = [metadata_of(place.run(clip, partition_key=day), "raw/clip") for day in ("d1", "d2", "d3")]
    assert [it["dagster/row_count"] for it in counts] == [2, 4, 6]
    assert [it["dagster/partition_row_count"] for it in counts] == [2, 2, 2]
    place.write("raw/clip", rows(9, day="outside"))
    assert days(None, DAYS, partition_key="d2") == ["d2"]
    assert days(dg.SpecificPartitionsPartitionMapping(["d1", "d3"])) == ["d1", "d3"]
    assert days(dg.AllPartitionMapping()) == ["d1", "d2", "d3", "outside"]


def test_a_fixed_part_may_name_several_values(place: Place) -> None:
    for day in ("d1", "d2", "d3"):
        place.write("raw/clip", rows(1, 2, day=day))
    part = {"metaxy/partition": {"day": ["d1", "d3"]}}

    @metaxify
    @dg.asset(metadata={"metaxy/feature": "raw/clip", **part}, io_manager_key="features")
    def clip(): ...

    @dg.asset(ins={"clip": dg.AssetIn(key=["raw", "clip"])})
    def reader(context: dg.AssetExecutionContext, clip) -> None:
        context.add_output_metadata({"days": sorted(set(clip.collect()["day"]))})

    result = place.run(clip, reader)
    assert metadata_of(place.run(clip), "raw/clip")["dagster/row_count"] == 4
    assert metadata_of(result, "reader")["days"] == ["d1", "d3"]
    job = md.build_metaxy_observation_job(spec_of("raw/clip", **part))[0]
    assert metadata_of(place.run_job(job), "raw/clip") == {"dagster/row_count": 4}
    wrong = md.build_metaxy_observation_job
    with pytest.raises(ValueError, match="metaxy/partition"):
        wrong(spec_of("raw/clip", **{"metaxy/partition": "d1"}))


def test_assets_of_one_feature_have_a_result_each(place: Place) -> None:
    place.write("raw/clip", rows(1, 2))
    place.write("raw/clip", rows(1, day="d2"))
    parts = [spec_of("raw/clip", **{"metaxy/partition": {"day": day}}) for day in ("d1", "d2")]
    named = [spec.replace_attributes(key=key) for spec, key in zip(parts, ("one", "two"), strict=True)]

    @dg.multi_asset(specs=named, can_subset=True)
    def both(context: dg.AssetExecutionContext, store: Store):
        with store.open("w"):
            store.write("raw/clip", rows(5, day="d2"))
        yield from md.generate_materialize_results(context, store)

    result = place.run(both)
    assert [metadata_of(result, key)["dagster/row_count"] for key in ("one", "two")] == [2, 2]
    assert [metadata_of(result, key)["metaxy/materialized_in_run"] for key in ("one", "two")] == [0, 1]
    chosen = place.run(both, selection=["two"])
    assert [event.asset_key.to_user_string() for event in chosen.get_asset_materialization_events()] == ["two"]


def test_results_take_the_resource_too(place: Place) -> None:
    place.write("raw/clip", rows(1))

    @dg.multi_asset(specs=[spec_of("raw/clip")])
    def clip(context: dg.AssetExecutionContext):
        yield from md.generate_materialize_results(context, place.resource)

    assert metadata_of(place.run(clip), "raw/clip")["dagster/row_count"] == 1


def test_the_data_version_changes_with_the_data(place: Place) -> None:
    place.write("raw/clip", rows(1))
    first = md.compute_feature_stats(place.store, "raw/clip")
    assert md.compute_feature_stats(place.store, "raw/clip") == first and first.row_count == 1
    place.write("raw/clip", rows(2))
    second = md.compute_feature_stats(place.store, "raw/clip")
    assert second.data_version != first.data_version and second.row_count == 2
    with place.store.open("w") as store:
        store.delete("raw/clip", filters="id = 'd1-1'")
    assert md.compute_feature_stats(place.store, "raw/clip").data_version not in (
        first.data_version,
        second.data_version,
    )
    with pytest.raises(FeatureNotFoundError):
        md.compute_feature_stats(place.store, "raw/cut")


def test_the_preview_has_the_rows_written_last(place: Place) -> None:
    for i in range(8):
        place.write("raw/clip", rows(i))
    place.write("raw/clip", rows(2))

    @metaxify
    @dg.asset(metadata={"metaxy/feature": "raw/clip"}, io_manager_key="features")
    def clip(): ...

    (event,) = place.run(clip).get_asset_materialization_events()
    table = event.materialization.metadata["dagster/table"]
    assert [record.data["id"] for record in table.records] == ["d1-4", "d1-5", "d1-6", "d1-7", "d1-2"]
    assert json.loads(table.records[0].data["metaxy_provenance_by_field"]) == {"default": "d14"}


def test_cells_that_dagster_cannot_show_become_texts() -> None:
    import datetime
    from decimal import Decimal

    frame = pl.DataFrame(
        {
            "map": [[{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]],
            "nested": [[[1, 2], [3], [4]]],
            "none": pl.Series([None], dtype=pl.List(pl.Int64)),
            "price": [Decimal("1.50")],
            "took": [datetime.timedelta(seconds=3)],
            "blob": [b"\x01"],
            "dates": [{"day": datetime.date(2025, 1, 1)}],
        }
    )
    preview = md.build_table_preview_metadata(frame.lazy(), dg.TableSchema([]))
    assert preview.records[0].data == {
        "map": '{"a": "1", "b": "2"}',
        "nested": "[[1,2],..,[4]]",
        "none": None,
        "price": "1.50",
        "took": "0:00:03",
        "blob": "01",
        "dates": '{"day":"2025-01-01"}',
    }


def test_metadata_that_cannot_be_had_fail_no_run(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise OSError("no such luck")

    @metaxify
    @dg.asset(metadata={"metaxy/feature": "raw/clip"}, io_manager_key="features")
    def clip() -> Any:
        return rows(1)

    monkeypatch.setattr("metaxy.ext.dagster.runtime.table_of", broken)
    assert metadata_of(place.run(clip), "raw/clip") == {"metaxy/materialized_in_run": 1}


def test_errors_name_what_is_wrong(place: Place) -> None:
    @dg.asset(io_manager_key="features")
    def nameless() -> Any:
        return rows(1)

    @metaxify
    @dg.asset(metadata={"metaxy/feature": "raw/clip"}, io_manager_key="features")
    def clip() -> Any:
        return 5

    assert "AssertionError" in failure(lambda: place.run(nameless)) and "metaxy/feature" in failure(
        lambda: place.run(nameless)
    )
    assert "int is no frame" in failure(lambda: place.run(clip))
    with pytest.raises(TypeError, match="AssetSpec or an AssetsDefinition"):
        metaxify(5)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="dict"):
        md.build_metaxy_observation_job({})  # type: ignore[arg-type]
    with pytest.raises(KeyError, match="No feature with key unknown"):
        spec_of("unknown")


def test_metaxify_twice_is_metaxify_once(place: Place) -> None:
    once = metaxify(dg.AssetSpec("x", metadata={"metaxy/feature": "raw/cut"}, code_version="v1"))
    assert metaxify(once) == once and str(once.code_version).startswith("v1,metaxy:")


def test_lineage_names_assets_that_there_are(place: Place) -> None:
    @metaxify(key_prefix="lake")
    @dg.multi_asset(
        specs=[
            dg.AssetSpec("a", metadata={"metaxy/feature": "raw/clip"}),
            dg.AssetSpec("b", metadata={"metaxy/feature": "raw/cut"}, deps=["a"]),
            dg.AssetSpec("c"),
        ]
    )
    def several(): ...

    cut = several.specs_by_key[dg.AssetKey(["lake", "raw", "cut"])]
    assert [dep.asset_key.path for dep in cut.deps] == [["lake", "raw", "clip"]]
    lineage = cut.metadata["dagster/column_lineage"].deps_by_column
    assert {dep.asset_key for deps in lineage.values() for dep in deps} == {dg.AssetKey(["lake", "raw", "clip"])}
    assert dg.AssetKey(["lake", "c"]) in several.keys


def test_lineage_leaves_out_what_is_not_selected(place: Place) -> None:
    dep = mx.FeatureDep(feature="raw/clip", select=["when"], rename={"day": "when"})
    cls = declare("raw/some", ["id", "when", "size", "day"], deps=[dep])
    found = md.build_column_lineage(cls)
    assert found is not None
    lineage = found.deps_by_column
    assert {it: lineage[it][0].column_name for it in lineage if not it.startswith("metaxy_")} == {
        "id": "id",
        "when": "day",
    }


def test_a_run_computes_upstream_features_first(place: Place) -> None:
    """Also those that nothing but the feature itself names."""
    order: list[str] = []

    @metaxify
    @dg.asset(metadata={"metaxy/feature": "raw/cut"}, deps=["other"])
    def a_cut():
        order.append("cut")

    @metaxify(key_prefix="p")
    @dg.multi_asset(specs=[dg.AssetSpec("x", metadata={"metaxy/feature": "raw/cut"})])
    def a_prefixed_cut():
        order.append("prefixed")

    @dg.asset(name="other")
    def b_other():
        order.append("other")

    @metaxify
    @dg.asset(metadata={"metaxy/feature": "raw/clip"})
    def clip():
        order.append("clip")

    @metaxify(key_prefix="p")
    @dg.asset(metadata={"metaxy/feature": "raw/clip"})
    def prefixed_clip():
        order.append("prefixed clip")

    place.run(a_cut, a_prefixed_cut, b_other, clip, prefixed_clip)
    assert order.index("cut") > max(order.index("clip"), order.index("other"))
    assert order.index("prefixed") > order.index("prefixed clip")
    again = metaxify(a_cut)
    assert again.node_keys_by_input_name == a_cut.node_keys_by_input_name and len(again.node_keys_by_input_name) == 2


def test_one_asset_for_each_feature(place: Place) -> None:
    specs = [dg.AssetSpec(key, metadata={"metaxy/feature": "raw/clip"}) for key in ("a", "b")]

    @dg.multi_asset(specs=specs)
    def twice(): ...

    with pytest.raises(ValueError, match="a, b would have the same key"):
        metaxify(twice)


def test_descriptions_come_from_the_class_or_the_spec(place: Place) -> None:
    declare("told", doc="By the class.", description="By the spec.")
    declare("said", description="By the spec.")
    assert [spec_of(key).description for key in ("told", "said")] == ["By the class.", "By the spec."]


def test_columns_without_the_class(place: Place) -> None:
    """As of features out of a lock file."""
    known = mx.get_feature_by_key("raw/clip")
    stored = mx.FeatureDefinition.model_validate(known.model_dump())
    with mx.FeatureGraph().use() as graph:
        graph.add_feature_definition(stored)
        columns = spec_of("raw/clip").metadata["dagster/column_schema"].columns
    types = {column.name: column.type for column in columns}
    assert (types["id"], types["metaxy_provenance_by_field"]) == ("str", "dict[str, str]")
    assert types["metaxy_created_at"] == "datetime" and set(types) == set(known.columns)


def test_selections_find_assets(place: Place) -> None:
    @dg.multi_asset(specs=[spec_of("raw/clip"), spec_of("raw/cut"), dg.AssetSpec("other")])
    def several(): ...

    graph = dg.Definitions(assets=[several]).resolve_asset_graph()
    clip, cut = dg.AssetKey(["raw", "clip"]), dg.AssetKey(["raw", "cut"])
    assert md.select_metaxy_assets().resolve(graph) == {clip, cut}
    assert md.select_metaxy_assets(feature="raw/cut").resolve(graph) == {cut}
    assert md.select_metaxy_assets(project="else").resolve(graph) == set()
    with mx.MetaxyConfig().use(), pytest.raises(ValueError, match="project"):
        md.select_metaxy_assets()


def test_observation_jobs_keep_the_partitions_of_specs(place: Place) -> None:
    for day in ("d1", "d2"):
        place.write("raw/clip", rows(1, 2, day=day))
    spec = spec_of("raw/clip", DAYS, partition_by="day", **{"metaxy/partition": {"size": "1"}})
    (job,) = md.build_metaxy_observation_job(spec)
    known = metadata_of(place.run_job(job, partition_key="d1"), "raw/clip")
    assert known == {"dagster/row_count": 2, "dagster/partition_row_count": 1}


def test_a_job_for_many_assets_of_all_kinds(place: Place) -> None:
    place.write("raw/clip", rows(1))

    @md.observable_metaxy_asset("raw/clip")
    def watched(context, store, lazy_df): ...

    odd = spec_of("raw/cut").replace_attributes(key=["my-own", "cut.v1"])
    job = md.build_metaxy_multi_observation_job("many", assets=[watched, odd], description="mine", metadata={"a": 1})
    assert job.description == "mine" and {"a", "metaxy/features"} <= set(job.metadata)
    result = place.run_job(job)
    assert metadata_of(result, "raw/clip") == {"dagster/row_count": 1}
    assert metadata_of(result, "my-own/cut.v1")["error"] == "Feature not found"


def test_a_job_for_a_selection_of_definitions(place: Place) -> None:
    defs = dg.Definitions(assets=[spec_of("raw/clip"), spec_of("raw/cut"), dg.AssetSpec("other")])
    chosen = dg.AssetSelection.kind("metaxy", include_sources=True)
    job = md.build_metaxy_multi_observation_job("many", asset_selection=chosen, defs=defs)
    assert job.metadata["metaxy/features"].value == ["raw/clip", "raw/cut"]
    with pytest.raises(ValueError, match="defs"):
        md.build_metaxy_multi_observation_job("many", asset_selection=chosen)


def test_observable_assets(place: Place) -> None:
    place.write("raw/clip", rows(1, 2))

    @md.observable_metaxy_asset("raw/clip", key=["outside", "clips"], store_resource_key="other")
    def watched(context, store, lazy_df):
        """Told by the function."""
        return {"days": lazy_df.collect()["day"].n_unique()}

    place.resources["other"] = place.resource
    assert watched.key == dg.AssetKey(["outside", "clips"])
    assert metadata_of(place.observe(watched), "outside/clips") == {"dagster/row_count": 2, "days": 1}


def test_observed_partitions_have_versions(place: Place) -> None:
    for day in ("d1", "d2"):
        place.write("raw/clip", rows(1, day=day))

    @md.observable_metaxy_asset("raw/clip", partitions_def=DAYS, metadata={"partition_by": "day"})
    def watched(context, store, lazy_df): ...

    events = place.observe(watched).get_asset_observation_events()
    observed = [event.asset_observation_data.asset_observation for event in events]
    versions = {it.partition: it.tags["dagster/data_version"] for it in observed}
    assert set(versions) == {"d1", "d2"} and versions["d1"] != versions["d2"]


def test_types_check_frames(place: Place) -> None:
    def clip(value: Any) -> Any:
        @dg.asset(dagster_type=md.feature_to_dagster_type("raw/clip"), io_manager_key="mem")
        def made():
            return value

        return dg.materialize([made], resources={"mem": dg.mem_io_manager}, instance=place.instance)

    assert clip(rows(1)).success and clip(rows(1).to_arrow()).success
    assert "for feature raw/clip, got" in failure(lambda: clip([1]))


def test_deleting(place: Place) -> None:
    place.write("raw/clip", rows(1, 2))

    @dg.job(resource_defs={"metaxy_store": place.resource})
    def cleanup() -> None:
        md.delete()

    def run(**config: Any) -> Any:
        from metaxy.ext.dagster.cleanup import DeleteMetadataConfig

        ops = {"delete": DeleteMetadataConfig.model_validate({"feature_key": "raw/clip", **config})}
        return place.run_job(cleanup, run_config=dg.RunConfig(ops=ops))

    assert run(filters=["id = 'd1-1'"]).success
    with place.store as store:
        assert store.read("raw/clip").collect()["id"].to_list() == ["d1-2"]
    with pytest.raises(ValueError, match="filters"):
        run()
    assert "InvalidArgumentError" in failure(lambda: run(filters=["id +"]))


def test_names_of_the_reference() -> None:
    from metaxy.ext.dagster import constants, table_metadata, utils

    assert len(md.__all__) == 26 and all(hasattr(md, name) for name in md.__all__)
    assert constants.DAGSTER_COLUMN_LINEAGE_METADATA_KEY == "dagster/column_lineage"
    assert table_metadata.build_table_preview_metadata is md.build_table_preview_metadata
    assert utils.build_metaxy_partition_filter({"a": 1})


def test_dagster_is_imported_only_with_the_integration() -> None:
    script = "import sys, metaxy, metaxy.ext, metaxy.ext.duckdb; print('dagster' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert found.stdout.strip() == "False"
