# SPDX-License-Identifier: Apache-2.0
"""Several steps one after another, as code written for the reference takes them. Digests and rows are its answers."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
import pytest

import metaxy as mx
from metaxy.ext.duckdb import DuckDBMetadataStore
from metaxy.ext.lancedb import LanceDBMetadataStore
from metaxy.ext.polars.handlers.delta import DeltaMetadataStore
from metaxy.ext.polars.handlers.iceberg import IcebergMetadataStore
from metaxy.metadata_store.exceptions import FeatureNotFoundError, MetadataSchemaError, StoreNotOpenError
from metaxy.metadata_store.system.models import FeatureVersionsModel
from metaxy.metadata_store.warnings import PolarsMaterializationWarning
from metaxy.models.constants import METAXY_DELETED_AT, METAXY_PROVENANCE, METAXY_PROVENANCE_BY_FIELD
from metaxy.utils import collect_to_polars

pytestmark = [
    pytest.mark.usefixtures("compat"),
    pytest.mark.filterwarnings("ignore:AUTO_CREATE_TABLES"),
]
HASH = mx.HashAlgorithm.XXHASH64
Features = tuple[type[mx.BaseFeature], type[mx.BaseFeature], type[mx.BaseFeature]]


@pytest.fixture
def features() -> Features:
    class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="video", id_columns=["id"], fields=["audio", "frames"])):
        id: str
        path: str

    reads_frames = mx.FieldDep(feature=Video, fields=["frames"])
    faces = mx.FieldSpec(key="faces", code_version="2", deps=[reads_frames])

    class Crop(
        mx.BaseFeature,
        spec=mx.FeatureSpec(key="crop", id_columns=["id"], deps=[Video], fields=["audio", faces]),
    ):
        id: str

    no_columns = mx.FeatureDep(feature=Crop, select=[])

    class Detection(
        mx.BaseFeature,
        spec=mx.FeatureSpec(key="detection", id_columns=["id"], deps=[Video, no_columns], fields=["x"]),
    ):
        id: str

    return Video, Crop, Detection


def rows(*ids: str, version: str = "1", **more: Any) -> pl.DataFrame:
    provenance = [{"audio": f"a{name}{version}", "frames": f"f{name}{version}"} for name in ids]
    columns = {"id": list(ids), "path": [f"/{name}" for name in ids], **more}
    return pl.DataFrame({**columns, METAXY_PROVENANCE_BY_FIELD: provenance})


def ids(frame: Any) -> list[str]:
    return sorted(collect_to_polars(frame)["id"].to_list())


def states(increment: Any) -> list[list[str]]:
    return [ids(increment.new), ids(increment.stale), ids(increment.orphaned)]


def duck(folder: Path) -> Any:
    return DuckDBMetadataStore(folder / "x.duckdb", hash_algorithm=HASH, auto_create_tables=True)


def lance(folder: Path) -> Any:
    return LanceDBMetadataStore(folder / "lance", hash_algorithm=HASH)


def iceberg(folder: Path) -> Any:
    return IcebergMetadataStore(folder / "iceberg", hash_algorithm=HASH)


def delta(folder: Path) -> Any:
    return DeltaMetadataStore(folder / "delta", hash_algorithm=HASH)


@pytest.fixture(params=[duck, delta, iceberg, lance], ids=lambda make: make.__name__)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    make: Callable[[Path], Any] = request.param
    with make(tmp_path).open("w") as opened:
        yield opened


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Any]:
    with duck(tmp_path).open("w") as opened:
        yield opened


def test_a_life_of_three_features(store: Any, features: Features) -> None:
    video, crop, detection = features
    store.write(video, rows("a", "b", "c"))
    new = store.resolve_update(crop).new
    assert {METAXY_PROVENANCE_BY_FIELD, METAXY_PROVENANCE, METAXY_DELETED_AT, "path"} <= set(new.columns)
    store.write(crop, new)
    assert states(store.resolve_update(crop)) == [[], [], []]

    store.write(video, rows("b", version="2"))
    increment = store.resolve_update(crop)
    assert states(increment) == [[], ["b"], []]
    store.write(crop, increment.stale)

    store.delete(video, nw.col("id") == "a")
    assert states(store.resolve_update(crop)) == [[], [], ["a"]]
    assert ids(store.read(video)) == ["b", "c"]
    assert ids(store.read(video, include_soft_deleted=True)) == ["a", "b", "c"]
    assert ids(store.read(video, with_sample_history=True)) == ["a", "b", "b", "c"]

    assert states(store.resolve_update(detection)) == [["b", "c"], [], []]
    store.write(detection, store.resolve_update(detection).new)
    assert states(store.resolve_update(detection)) == [[], [], []]
    store.drop_feature_metadata(crop)


@pytest.mark.parametrize(
    ("algorithm", "audio", "whole"),
    [
        (mx.HashAlgorithm.XXHASH64, "17414448", "12018156"),
        (mx.HashAlgorithm.XXHASH32, "31165494", "65381609"),
        (mx.HashAlgorithm.WYHASH, "99760612", "16405092"),
        (mx.HashAlgorithm.SHA256, "ade3d378", "917a875d"),
        (mx.HashAlgorithm.MD5, "8685bf54", "8cf2c85d"),
    ],
)
def test_digests_of_samples(
    tmp_path: Path, features: Features, algorithm: mx.HashAlgorithm, audio: str, whole: str
) -> None:
    video, crop, _ = features
    with DeltaMetadataStore(tmp_path, hash_algorithm=algorithm).open("w") as opened:
        opened.write(video, rows("a"))
        row = collect_to_polars(opened.resolve_update(crop).new).row(0, named=True)
    assert (row[METAXY_PROVENANCE_BY_FIELD]["audio"], row[METAXY_PROVENANCE]) == (audio, whole)


def test_frames_of_databases_are_of_ibis(database: Any, features: Features) -> None:
    video, crop, _ = features
    database.write(video, rows("a", "b", n=[1, 2]))
    found = database.read(video)
    assert isinstance(found, nw.LazyFrame)
    assert found.implementation == database.native_implementation() == nw.Implementation.IBIS
    assert found.collect().implementation == nw.Implementation.PYARROW
    assert found.to_native().count().execute() == 2
    assert found.with_columns(nw.col("n") * 2).sort("id").collect()["n"].to_list() == [2, 4]
    assert found.join(database.read(video).select("id"), on="id").collect().shape[0] == 2
    assert ids(found.filter(nw.col("n") > 1)) == ["b"]
    increment = database.resolve_update(crop)
    assert increment.new.implementation == nw.Implementation.PYARROW
    assert database.resolve_update(crop, versioning_engine="polars").new.implementation == nw.Implementation.POLARS
    database.write(crop, increment.new)
    assert states(database.resolve_update(crop)) == [[], [], []]


def test_frames_of_a_database_are_samples_for_it(database: Any, features: Features) -> None:
    video, _, _ = features
    database.write(video, rows("a"))
    with warnings.catch_warnings():
        warnings.simplefilter("error", PolarsMaterializationWarning)
        samples = database.read(video).select("id", "path", METAXY_PROVENANCE_BY_FIELD)
        assert states(database.resolve_update(video, samples=samples)) == [[], [], []]


def test_frames_of_other_libraries_are_told_of(database: Any, features: Features) -> None:
    video, _, _ = features
    for frame in (rows("a").to_arrow(), rows("b").to_pandas()):
        with pytest.warns(PolarsMaterializationWarning):
            database.write(video, frame)
    with warnings.catch_warnings():
        warnings.simplefilter("error", PolarsMaterializationWarning)
        database.write(video, rows("c"))
    assert ids(database.read(video)) == ["a", "b", "c"]


def test_lazy_increments(store: Any, features: Features) -> None:
    video, crop, _ = features
    store.write(video, rows("a", "b", "c", "d"))
    lazy = store.resolve_update(crop, lazy=True)
    assert isinstance(lazy, mx.LazyIncrement) and store.calculate_input_progress(lazy, crop) == 0.0
    assert isinstance(lazy.to_polars(), mx.PolarsLazyIncrement)
    store.write(crop, lazy.collect().new.filter(nw.col("id") == "a"))
    lazy = store.resolve_update(crop, lazy=True)
    assert store.calculate_input_progress(lazy, crop) == 25.0
    assert states(lazy.collect()) == [["b", "c", "d"], [], []]
    new, stale, orphaned = store.resolve_update(crop).to_polars()
    assert (ids(new), stale.height, orphaned.height) == (["b", "c", "d"], 0, 0)


def test_filters_of_resolve_update(store: Any, features: Features) -> None:
    video, crop, _ = features
    store.write(video, rows("a", "b", "c"))
    assert states(store.resolve_update(crop, filters={video: [nw.col("id") != "a"]}))[0] == ["b", "c"]
    assert states(store.resolve_update(crop, filters={"video": [nw.col("id") == "a"]}))[0] == ["a"]
    assert states(store.resolve_update(crop, filters={"nobody": [nw.col("id") == "a"]}))[0] == ["a", "b", "c"]
    assert states(store.resolve_update(crop, global_filters=[nw.col("id") == "b"]))[0] == ["b"]
    store.write(crop, store.resolve_update(crop).new)
    assert states(store.resolve_update(crop, skip_comparison=True))[0] == ["a", "b", "c"]
    assert states(store.resolve_update(crop, staleness_predicates=[nw.col("id") == "a"]))[1] == ["a"]


def test_data_versions_that_users_give(store: Any, features: Features) -> None:
    video, crop, _ = features
    same = pl.struct(audio=pl.lit("X"), frames=pl.lit("Y")).alias("metaxy_data_version_by_field")
    store.write(video, rows("a").with_columns(same))
    store.write(crop, store.resolve_update(crop).new)
    store.write(video, rows("a", version="2").with_columns(same))
    assert states(store.resolve_update(crop)) == [[], [], []]


def test_materializations(tmp_path: Path, features: Features) -> None:
    video, _, _ = features
    with DeltaMetadataStore(tmp_path, materialization_id="base").open("w") as opened:
        opened.write(video, rows("a"))
        opened.write(video, rows("b"), materialization_id="own")
        found = collect_to_polars(opened.read(video))
    assert sorted(found.select("id", "metaxy_materialization_id").rows()) == [("a", "base"), ("b", "own")]


def test_a_development_store_over_production(tmp_path: Path, features: Features) -> None:
    video, crop, _ = features
    production = delta(tmp_path)
    with production.open("w"):
        production.write(video, rows("a", "b"))
    development = DuckDBMetadataStore(
        tmp_path / "dev.duckdb", hash_algorithm=HASH, auto_create_tables=True, fallback_stores=[production]
    )
    with production, development.open("w"):
        assert not development.has_feature(video) and development.has_feature(video, check_fallback=True)
        assert ids(development.read(video)) == ["a", "b"]
        with pytest.raises(FeatureNotFoundError, match="Feature video not found in store"):
            development.read(video, allow_fallback=False)
        assert development.read(video, with_store_info=True)[1] is production
        development.write(crop, development.resolve_update(crop).new)
        assert states(development.resolve_update(crop)) == [[], [], []]
        development.write(video, rows("a", version="5"))
        assert ids(development.read(video)) == ["a"]


def test_versions_of_a_feature(store: Any) -> None:
    def declare(code_version: str) -> type[mx.BaseFeature]:
        field = mx.FieldSpec(key="audio", code_version=code_version)

        class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="video", id_columns=["id"], fields=[field, "frames"])):
            id: str

        return Video

    with mx.FeatureGraph().use():
        store.write(declare("1"), rows("a", "b"))
        first = mx.current_graph().get_feature_version("video")
    with mx.FeatureGraph().use():
        second = declare("2")
        assert ids(store.read(second)) == []
        store.write(second, rows("a", version="2"))
        assert ids(store.read(second)) == ["a"]
        assert ids(store.read(second, with_feature_history=True, feature_version=first)) == ["a", "b"]
        with pytest.raises(ValueError, match="with_feature_history=True"):
            store.read(second, feature_version=first)
        store.delete(second, None, soft=False, with_feature_history=True)
        assert ids(store.read(second, with_feature_history=True, with_sample_history=True)) == []


def test_pushes(store: Any, features: Features) -> None:
    system = mx.SystemTableStorage(store)
    project = features[0].metaxy_project()
    first, second = system.push_graph_snapshot(), system.push_graph_snapshot()
    assert (first.already_pushed, second.already_pushed) == (False, True)
    assert first.project_version == mx.current_graph().project_version
    known = collect_to_polars(system.read_features(current=True, project=project))
    assert sorted(known["feature_key"]) == ["crop", "detection", "video"]
    loaded = system.load_graph_from_snapshot(first.project_version, project=project)
    assert loaded.get_feature_version("detection") == features[2].feature_version()
    assert len(system.resolve_selection(mx.FeatureSelection(projects=[project]))) == 3
    with mx.FeatureGraph().use(), pytest.raises(ValueError, match="No features in active graph"):
        system.push_graph_snapshot()
    with pytest.raises(ValueError, match="No features found for project"):
        system.push_graph_snapshot(project="nobody")


def test_tags_of_recorded_definitions() -> None:
    given: dict[str, Any] = dict.fromkeys(FeatureVersionsModel.model_fields, "x")
    given.update(recorded_at=datetime(2026, 1, 1), deleted_at=None)
    for tags, expected in (({"a": "b"}, {"a", "metaxy"}), ('{"a": "b"}', {"a", "metaxy"}), ("", {"metaxy"})):
        made = FeatureVersionsModel(**{**given, "tags": tags})
        assert set(json.loads(made.tags)) == set(json.loads(made.to_polars()["tags"].item())) == expected


def test_external_features_are_compared(database: Any) -> None:
    field = mx.FieldSpec(key="x", code_version="7")
    with mx.FeatureGraph().use():

        class Up(mx.BaseFeature, spec=mx.FeatureSpec(key="up", id_columns=["id"], fields=[field])):
            __metaxy_project__ = "other"
            id: str

        mx.SystemTableStorage(database).push_graph_snapshot()
        version = Up.feature_version()
    declared = mx.FeatureSpec(key="up", id_columns=["id"], fields=["x"])
    with mx.FeatureGraph().use() as graph:
        graph.add_feature_definition(mx.FeatureDefinition.external(spec=declared, project="other"))
        with pytest.warns(mx.ExternalFeatureVersionMismatchWarning, match=r"detected for 1 external feature\(s\)"):
            assert [it.key for it in mx.sync_external_features(database)] == [mx.FeatureKey("up")]
        assert graph.get_feature_version("up") == version
    with mx.FeatureGraph().use() as graph:
        graph.add_feature_definition(mx.FeatureDefinition.external(spec=declared, project="other"))
        with pytest.raises(mx.ExternalFeatureVersionMismatchError, match="Version mismatch detected"):
            mx.sync_external_features(database, on_version_mismatch="error")


def test_groups_of_samples(store: Any) -> None:
    class Frame(mx.BaseFeature, spec=mx.FeatureSpec(key="frame", id_columns=["vid", "fid"])):
        vid: str
        fid: str

    by_video = mx.FeatureDep(feature=Frame, lineage=mx.LineageRelationship.aggregation(on=["vid"]))

    class Whole(mx.BaseFeature, spec=mx.FeatureSpec(key="whole", id_columns=["vid"], deps=[by_video])):
        vid: str

    def frames(*given: tuple[str, str, str]) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "vid": [it[0] for it in given],
                "fid": [it[1] for it in given],
                METAXY_PROVENANCE_BY_FIELD: [{"default": it[2]} for it in given],
            }
        )

    store.write(Frame, frames(("a", "1", "1"), ("a", "2", "2"), ("b", "1", "3")))
    new = collect_to_polars(store.resolve_update(Whole).new)
    assert new.height == 3 and new.select("vid", METAXY_PROVENANCE).unique().height == 2
    store.write(Whole, new.unique("vid"))
    assert [len(it) for it in store.resolve_update(Whole)] == [0, 0, 0]
    store.write(Frame, frames(("a", "3", "9")))
    assert set(store.resolve_update(Whole).stale["vid"].to_list()) == {"a"}


def test_words_of_stores(tmp_path: Path, features: Features) -> None:
    video, crop, _ = features
    closed = duck(tmp_path)
    with pytest.raises(StoreNotOpenError, match="must be opened before use"):
        closed.read(video)
    with closed.open("w"):
        closed.write(video, rows("a"))
        with pytest.raises(FeatureNotFoundError, match="Feature crop not found in store or fallback stores"):
            closed.read(crop)
        with pytest.raises(ValueError, match="Missing columns"):
            closed.compute_provenance(crop, nw.from_native(pl.DataFrame({"id": ["a"]})))
        with pytest.raises(KeyError, match="nobody"):
            closed.compute_provenance("nobody", nw.from_native(pl.DataFrame({"id": ["a"]})))
        with pytest.raises(MetadataSchemaError, match=METAXY_PROVENANCE_BY_FIELD):
            closed.write(video, pl.DataFrame({"id": ["a"]}))
    with closed, pytest.raises(StoreNotOpenError, match="Write operations require write mode"):
        closed.write(video, rows("a"))


def test_columns_that_collide(database: Any) -> None:
    class One(mx.BaseFeature, spec=mx.FeatureSpec(key="one", id_columns=["id"])):
        id: str

    class Other(mx.BaseFeature, spec=mx.FeatureSpec(key="other", id_columns=["id"])):
        id: str

    class Both(mx.BaseFeature, spec=mx.FeatureSpec(key="both", id_columns=["id"], deps=[One, Other])):
        id: str

    for feature in (One, Other):
        database.write(feature, pl.DataFrame({"id": ["a"], "n": [1], METAXY_PROVENANCE_BY_FIELD: [{"default": "1"}]}))
    with pytest.raises(ValueError, match="column collisions"):
        database.resolve_update(Both)
