# SPDX-License-Identifier: Apache-2.0
"""Features that are SQLModel tables, and tables as SQLAlchemy knows them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import pytest
from sqlalchemy import JSON, Column, Index, MetaData, String, Table, create_engine, inspect
from sqlmodel import Field, Session, SQLModel, col, select

import metaxy as mx
from metaxy.ext.duckdb import DuckDBMetadataStore
from metaxy.ext.polars.handlers.delta import DeltaMetadataStore
from metaxy.ext.sqlalchemy import filter_feature_sqla_metadata, get_system_slqa_metadata
from metaxy.ext.sqlmodel import BaseSQLModelFeature, SQLModelFeatureMeta, filter_feature_sqlmodel_metadata
from metaxy.models.constants import ALL_SYSTEM_COLUMNS

INJECT = {"ext": {"sqlmodel": {"inject_primary_key": True, "inject_index": True}}}
RECORD = ["metaxy_feature_version", "id", "metaxy_updated_at"]


@pytest.fixture(autouse=True)
def fresh_tables() -> Iterator[None]:
    forget_tables()
    yield
    forget_tables()


def forget_tables() -> None:
    SQLModel.metadata.clear()
    SQLModel._sa_registry.dispose()


def spec(key: str, **kwargs: Any) -> mx.FeatureSpec:
    return mx.FeatureSpec(key=key, id_columns=["id"], **kwargs)


def declare(project: str = "media") -> tuple[Any, Any]:
    class Video(BaseSQLModelFeature, table=True, spec=spec("video/raw", fields=["audio", "frames"])):
        __metaxy_project__ = project
        feature_config = INJECT
        id: str
        path: str | None = None

    class Crop(BaseSQLModelFeature, table=True, spec=spec("video/crop", deps=[Video], fields=["frames"])):
        __metaxy_project__ = project
        feature_config = INJECT
        id: str

    return Video, Crop


def test_a_class_is_a_feature_and_a_table(fresh_graph: mx.FeatureGraph) -> None:
    class Clip(BaseSQLModelFeature, table=True, spec=spec("video/clip")):
        id: str = Field(primary_key=True)
        path: str

    assert type(Clip) is SQLModelFeatureMeta
    assert fresh_graph.list_features() == [mx.FeatureKey("video/clip")]
    assert fresh_graph.get_feature_definition("video/clip").columns[-2:] == ["id", "path"]
    assert Clip.table_name() == Clip.__tablename__ == Clip.__table__.name == "video__clip"
    assert Clip.__table__.info == {"metaxy-system": {"feature_key": "video/clip"}}
    assert [column.name for column in Clip.__table__.primary_key] == ["id"]
    clip = Clip(id="1", path="a.mp4")
    clip.path = "b.mp4"
    assert clip.path == "b.mp4"
    assert Clip.feature_version() == fresh_graph.get_feature_version("video/clip")


def test_columns_of_metaxy(fresh_graph: mx.FeatureGraph) -> None:
    video, _ = declare()
    columns = video.__table__.columns
    assert set(columns.keys()) == {*ALL_SYSTEM_COLUMNS, "id", "path"}
    optional = {name for name, column in columns.items() if column.nullable}
    assert optional == {"metaxy_materialization_id", "metaxy_deleted_at", "path"}
    for name in ("metaxy_provenance_by_field", "metaxy_data_version_by_field"):
        assert isinstance(columns[name].type, JSON)
    assert all(columns[f"metaxy_{when}_at"].type.timezone for when in ("created", "updated", "deleted"))


def test_key_and_index_are_inherited_and_can_be_declined() -> None:
    class Base(BaseSQLModelFeature):
        feature_config = INJECT

    class A(Base, table=True, spec=spec("a")):
        id: str

    class B(Base, table=True, spec=spec("b")):
        feature_config = {"ext": {"sqlmodel": {}}}  # type: ignore[var-annotated]
        id: str = Field(primary_key=True)

    assert [column.name for column in A.__table__.primary_key] == RECORD
    (index,) = A.__table__.indexes
    assert [column.name for column in index.columns] == RECORD
    assert (A.__table__.primary_key.name, index.name) == ("metaxy_pk_a", "metaxy_idx_a")
    assert [column.name for column in B.__table__.primary_key] == ["id"]
    assert not B.__table__.indexes


def test_names_of_the_reference(compat: None) -> None:
    video, crop = declare()
    for table in (video.__table__, crop.__table__):
        assert table.primary_key.name == "metaxy_pk"
        assert [index.name for index in table.indexes] == ["metaxy_idx"]


def test_long_names_are_cut() -> None:
    names = []
    for end in ("x", "y"):

        class Long(BaseSQLModelFeature, table=True, spec=spec("a" * 70 + end)):
            feature_config = INJECT
            id: str

        names.append(Long.__table__.primary_key.name)
        assert len(names[-1]) == 63
        SQLModel.metadata.clear()
    assert names[0] != names[1]


def test_table_args_of_users_stay() -> None:
    class A(BaseSQLModelFeature, table=True, spec=spec("a")):
        __table_args__ = (Index("mine", "path"), {"schema": "media", "info": {"owner": "me"}, "extend_existing": False})
        feature_config = INJECT
        id: str
        path: str

    table = A.__table__
    assert (table.schema, table.info["owner"], table.info["metaxy-system"]) == ("media", "me", {"feature_key": "a"})
    assert {index.name for index in table.indexes} == {"mine", "metaxy_idx_a"}

    class B(BaseSQLModelFeature, table=True, spec=spec("b")):
        __table_args__ = {"comment": "mine"}
        id: str = Field(primary_key=True)

    assert B.__table__.comment == "mine"


def bad_namespaces() -> dict[str, dict[str, Any]]:
    reserved = Column("metaxy_provenance", String)
    return {
        "__tablename__": {"__tablename__": "mine"},
        "created_at": {"__annotations__": {"created_at": str}, "created_at": "x"},
        "metaxy_provenance": {"__annotations__": {"metaxy_provenance": int}},
        "named": {"__annotations__": {"named": str}, "named": Field(sa_column_kwargs={"name": "metaxy_provenance"})},
        "columned": {"__annotations__": {"columned": str}, "columned": Field(sa_column=reserved)},
        "annotated": {
            "__annotations__": {"annotated": Annotated[str, Field(sa_column_kwargs={"name": "metaxy_deleted_at"})]}
        },
        "__table_args__": {"__table_args__": ["x"]},
        "id columns id": {"id": None},
    }


@pytest.mark.parametrize("what", sorted(bad_namespaces()))
def test_what_cannot_be_is_refused_by_name(what: str, fresh_graph: mx.FeatureGraph) -> None:
    namespace = {"__module__": __name__, "__qualname__": "Bad", **bad_namespaces()[what]}
    annotations = {**namespace.get("__annotations__", {}), "id": str}
    namespace = {**namespace, "__annotations__": annotations, "id": Field(primary_key=True), **bad_id(what)}
    with pytest.raises(ValueError, match=what):
        SQLModelFeatureMeta("Bad", (BaseSQLModelFeature,), namespace, table=True, spec=spec("bad"))
    assert fresh_graph.list_features() == []
    assert "bad" not in SQLModel.metadata.tables


def bad_id(what: str) -> dict[str, Any]:
    other = Field(primary_key=True, sa_column_kwargs={"name": "other"})
    return {"id": other} if what == "id columns id" else {}


def test_a_table_is_no_base_of_another(fresh_graph: mx.FeatureGraph) -> None:
    video, _ = declare()
    with pytest.raises(ValueError, match="Video, which is a table already"):

        class Other(video, table=True, spec=spec("other")):  # type: ignore[call-arg, misc, valid-type]
            size: int


def test_a_feature_without_table_is_a_feature_only(fresh_graph: mx.FeatureGraph) -> None:
    class Plain(BaseSQLModelFeature, spec=spec("plain")):
        id: str

    assert fresh_graph.list_features() == [mx.FeatureKey("plain")]
    assert "plain" not in SQLModel.metadata.tables


def test_a_store_fills_the_tables_that_sqlmodel_created(tmp_path: Path) -> None:
    video, crop = declare()
    store = DuckDBMetadataStore(tmp_path / "store.duckdb", auto_create_tables=False)
    with mx.MetaxyConfig(project="media").use():
        url, tables = filter_feature_sqlmodel_metadata(store, SQLModel.metadata)
        engine = create_engine(url)
        for metadata in (tables, get_system_slqa_metadata(store)[1]):
            metadata.create_all(engine)
        engine.dispose()
        fields = {"audio": "a", "frames": "f"}
        rows = pl.DataFrame({"id": ["1", "2"], "path": ["x", "y"], "metaxy_provenance_by_field": [fields, fields]})
        with store.open("w"):
            for _ in range(2):
                mx.SystemTableStorage(store).push_graph_snapshot()
            store.write(video, rows)
            store.write(crop, store.resolve_update(crop).new)
            assert store.resolve_update(crop).stale.is_empty()
    with Session(engine) as session:
        found = session.exec(select(video).where(col(video.path) == "y")).one()
        assert (found.id, found.metaxy_provenance_by_field) == ("2", fields)
        assert len(session.exec(select(crop)).all()) == 2
    names = {*inspect(engine).get_table_names()}
    system = {*get_system_slqa_metadata(store)[1].tables}
    assert names == {"video__raw", "video__crop", *system}, "a migration would drop what is not listed"


def tables_of(found: tuple[str, MetaData]) -> set[str]:
    return set(found[1].tables)


def test_tables_of_a_project() -> None:
    video, _ = declare()

    class Other(BaseSQLModelFeature, table=True, spec=spec("other")):
        __metaxy_project__ = "elsewhere"
        id: str = Field(primary_key=True)

    class NoFeature(SQLModel, table=True):  # type: ignore[call-arg]
        id: str = Field(primary_key=True)

    store = DuckDBMetadataStore("x.duckdb", table_prefix="mine_")
    source = SQLModel.metadata
    with mx.MetaxyConfig(project="media").use():
        url, tables = filter_feature_sqlmodel_metadata(store, source)
        assert url == "duckdb:///x.duckdb"
        assert set(tables.tables) == {"mine_video__raw", "mine_video__crop"}
        copy = tables.tables["mine_video__raw"]
        assert copy.primary_key.name == "metaxy_pk_mine_video__raw"
        assert [index.name for index in copy.indexes] == ["metaxy_idx_mine_video__raw"]
        assert tables_of(filter_feature_sqlmodel_metadata(store, source, project="elsewhere")) == {"mine_other"}
        assert len(tables_of(filter_feature_sqlmodel_metadata(store, source, filter_by_project=False))) == 3
    with pytest.raises(RuntimeError, match="multiple projects .elsewhere, media."):
        filter_feature_sqlmodel_metadata(store, source)
    with mx.FeatureGraph().use():
        assert not tables_of(filter_feature_sqlmodel_metadata(store, source))
    assert video.__table__.name == "video__raw"


def test_key_and_index_can_be_added_to_copies() -> None:
    class Clip(BaseSQLModelFeature, table=True, spec=spec("clip")):
        feature_config = {"ext": {"sqlmodel": {"inject_index": True}}}
        id: str = Field(primary_key=True)

    store = DuckDBMetadataStore("x.duckdb")
    _, tables = filter_feature_sqlmodel_metadata(store, SQLModel.metadata, inject_primary_key=True, inject_index=True)
    copy = tables.tables["clip"]
    assert [column.name for column in copy.primary_key] == RECORD
    assert len(copy.indexes) == 1
    assert [column.name for column in Clip.__table__.primary_key] == ["id"]


def test_plain_tables_are_chosen_by_name() -> None:
    declare()
    source = MetaData()
    for name in ("video__raw", "zebra"):
        Table(name, source, *(Column(column, String) for column in RECORD))
    Table("video__crop", source, Column("id", String))
    store = DuckDBMetadataStore("x.duckdb")
    url, tables = filter_feature_sqla_metadata(store, source, protocol="postgresql", port=77)
    assert url == "postgresql://:77/x.duckdb"
    assert set(tables.tables) == {"video__raw", "video__crop"}
    with pytest.raises(ValueError, match="video__crop lacks metaxy_feature_version, metaxy_updated_at"):
        filter_feature_sqla_metadata(store, source, inject_index=True)
    source.remove(source.tables["video__crop"])
    _, tables = filter_feature_sqla_metadata(store, source, inject_primary_key=True)
    assert [column.name for column in tables.tables["video__raw"].primary_key] == RECORD


def test_system_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    store = DuckDBMetadataStore("x.duckdb", table_prefix="mine_")
    versions = get_system_slqa_metadata(store)[1].tables["mine_metaxy_system__feature_versions"]
    key = ["project", "feature_key", "metaxy_definition_version"]
    assert [column.name for column in versions.primary_key] == [*key, "metaxy_project_version"]
    assert "idx_mine_metaxy_system__feature_versions_lookup" in {index.name for index in versions.indexes}
    monkeypatch.setenv("METAXY_COMPAT", "0.1")
    versions = get_system_slqa_metadata(store)[1].tables["mine_metaxy_system__feature_versions"]
    assert [column.name for column in versions.primary_key] == key


def test_a_store_without_url_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="sqlalchemy_url"):
        get_system_slqa_metadata(DeltaMetadataStore(tmp_path))


def test_legacy_load_input(fresh_graph: mx.FeatureGraph) -> None:
    class Joiner:
        def join_upstream(self, **given: Any) -> Any:
            return given, {}

    class Video(mx.BaseFeature, spec=spec("video")):
        id: str

    dep = mx.FeatureDep(feature=Video, rename={"x": "y"}, select=("y",))

    class Crop(mx.BaseFeature, spec=spec("crop", deps=[dep])):
        id: str

    given, _ = Crop.load_input(Joiner(), {"video": 1})
    assert given["upstream_refs"] == {"video": 1}
    assert (given["feature_spec"], given["feature_plan"].feature) == (Crop.spec(), Crop.spec())
    assert given["upstream_columns"] == {"video": ("y",)}
    assert given["upstream_renames"] == {"video": {"x": "y"}}
