# SPDX-License-Identifier: Apache-2.0
"""The configuration: its sources, what it refuses, and the stores that it makes."""

from __future__ import annotations

import pickle
import sys
import warnings
from pathlib import Path
from typing import Any

import pydantic
import pytest

import metaxy as mx
from metaxy.config import InvalidConfigError, PluginConfig
from metaxy.ext.duckdb import DuckDBMetadataStore

tomllib = pytest.importorskip("tomllib" if sys.version_info >= (3, 11) else "tomli")

DUCKDB = "metaxy.ext.duckdb.DuckDBMetadataStore"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def with_store(settings: dict[str, Any] | None = None, type: Any = DUCKDB, **kwargs: Any) -> mx.MetaxyConfig:
    config = {"database": ":memory:"} if settings is None else settings
    return mx.MetaxyConfig(stores={"dev": mx.StoreConfig(type=type, config=config)}, **kwargs)


def test_defaults() -> None:
    config = mx.MetaxyConfig()
    assert (config.store, config.stores, config.entrypoints, config.ext, config.extra_features) == (
        "dev",
        {},
        [],
        {},
        [],
    )
    assert (config.project, config.locked, config.extend, config.metaxy_lock_path) == (None, None, None, None)
    assert (config.sync, config.enable_map_datatype, config.theme, config.plugins) == (True, False, "default", [])
    assert (config.config_file, config.lock_file) == (None, None)


def test_defaults_of_the_reference(compat: None) -> None:
    config = mx.MetaxyConfig()
    assert (config.hash_truncation_length, config.auto_create_tables) == (8, False)
    assert "hash_truncation_length" not in config.model_fields_set


def test_a_default_length_asks_nothing_of_a_store(compat: None, folder: Path) -> None:
    store = DuckDBMetadataStore("s.duckdb")
    with mx.MetaxyConfig(hash_truncation_length=16).use(), store.open("w"):
        assert store.hash_truncation_length == 16
        mx.current_graph().add_feature_definition(
            mx.FeatureDefinition.from_stored_data(
                mx.FeatureSpec(key="a", id_columns=["id"]).model_dump(), {}, None, "p"
            )
        )
        mx.SystemTableStorage(store).push_graph_snapshot(project="p")
    with mx.MetaxyConfig().use(), DuckDBMetadataStore("s.duckdb").open("r") as again:
        assert again.hash_truncation_length == 16


def test_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "METAXY_STORE": "prod",
        "METAXY_PROJECT": "pp",
        "METAXY_LOCKED": "1",
        "METAXY_SYNC": "false",
        "METAXY_HASH_TRUNCATION_LENGTH": "24",
        "METAXY_ENTRYPOINTS": '["a", "b"]',
        "METAXY_STORES__PROD__TYPE": "x.Y",
        "METAXY_STORES__PROD__CONFIG__ROOT_PATH": "/r",
        "METAXY_STORES__PROD__CONFIG__NUMBER": "5",
        "METAXY_EXT": '{"one": {"enable": true, "n": 1}}',
        "METAXY_EXT__TWO__ENABLE": "true",
        "METAXY_EXTRA_FEATURES": '[{"projects": ["q"]}]',
        "METAXY_OF_ANOTHER_TOOL": "x",
        "STORE": "no prefix, no setting",
    }.items():
        monkeypatch.setenv(name, value)
    config = mx.MetaxyConfig()
    assert (config.store, config.project, config.locked, config.sync) == ("prod", "pp", True, False)
    assert (config.hash_truncation_length, config.entrypoints) == (24, ["a", "b"])
    assert config.stores == {"prod": mx.StoreConfig(type="x.Y", config={"root_path": "/r", "number": "5"})}
    assert sorted(config.plugins) == ["one", "two"]
    assert config.extra_features == [mx.FeatureSelection(projects=["q"])]


def test_arguments_win_over_variables_and_maps_are_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METAXY_PROJECT", "env")
    monkeypatch.setenv("METAXY_STORES__A__TYPE", "env.Type")
    monkeypatch.setenv("METAXY_STORES__A__CONFIG__X", "env")
    monkeypatch.setenv("METAXY_STORES__A__CONFIG__Y", "env")
    config = mx.MetaxyConfig(project="own", stores={"a": {"config": {"x": 1}}})
    assert config.project == "own"
    assert config.stores["a"] == mx.StoreConfig(type="env.Type", config={"x": 1, "y": "env"})


@pytest.mark.parametrize(("name", "value"), [("HASH_TRUNCATION_LENGTH", "x"), ("PROJECT", "a/b"), ("EXT", "{")])
def test_bad_variables_are_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"METAXY_{name}", value)
    with pytest.raises(ValueError, match=f"(?i){name}"):
        mx.MetaxyConfig()


def test_variables_without_prefix_fill_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE", "CONFIG", "ENABLE", "HASH_ALGORITHM"):
        monkeypatch.setenv(name, "true")
    assert mx.MetaxyConfig(ext={"x": {}}).plugins == []
    with pytest.raises(InvalidConfigError, match="database"):
        with_store({}).get_store()


@pytest.mark.parametrize("settings", [{"database": "d", "deep": {"er": 1}}, {}])
def test_incomplete_stores_are_left_out_with_a_warning(settings: dict[str, Any]) -> None:
    with pytest.warns(UserWarning, match="incomplete store config 'half'.*METAXY_STORES__HALF__TYPE") as told:
        config = mx.MetaxyConfig(stores={"half": {"config": settings} if settings else {}, "whole": {"type": "a.B"}})
    assert list(config.stores) == ["whole"]
    assert not settings or "config, config.database, config.deep, config.deep.er" in str(told[0].message)


@pytest.mark.parametrize("name", ["", "a/b", "a__b", "a b", "é", "a.b", 5])
def test_bad_project_names(name: Any) -> None:
    with pytest.raises(pydantic.ValidationError, match="project"):
        mx.MetaxyConfig(project=name)
    assert mx.MetaxyConfig(project="a-b_C9").project == "a-b_C9"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"spelling": 1}, "spelling"),
        ({"hash_truncation_length": 7}, "hash_truncation_length"),
        ({"stores": {"a": {"type": "x.Y", "configs": {}}}}, "configs"),
        ({"stores": {"a": {"type": 5}}}, "type"),
        ({"ext": {"a": {"enable": "maybe"}}}, "enable"),
        ({"extra_features": [{}]}, "extra_features"),
    ],
)
def test_bad_settings_are_refused(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(pydantic.ValidationError, match=told):
        mx.MetaxyConfig(**settings)


def test_a_configuration_is_a_value() -> None:
    config = with_store(project="p", ext={"d": {"enable": True, "n": 1}})
    assert config == pickle.loads(pickle.dumps(config)) == mx.MetaxyConfig.model_validate(config.model_dump())
    with pytest.raises(pydantic.ValidationError):
        config.project = "q"


def test_toml_is_what_a_file_says(folder: Path) -> None:
    config = with_store(
        {"database": "x.db", "config": {"threads": "1"}},
        project="p",
        entrypoints=["a.b"],
        ext={"d": {"enable": True, "n": 1}},
        extra_features=[mx.FeatureSelection(keys=["a/b"])],
    )
    write(folder, "metaxy.toml", config.to_toml())
    assert mx.MetaxyConfig.load().model_dump() == config.model_dump()
    assert "null" not in config.to_toml().lower() and "locked" not in tomllib.loads(config.to_toml())
    text = mx.StoreConfig(type="a.B", config={"none": None, "list": [1, None], "map": {"none": None}}).to_toml()
    assert tomllib.loads(text) == {"type": "a.B", "config": {"list": [1], "map": {}}}


def test_files_are_found_upwards(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = write(folder, "metaxy.toml", 'project = "top"')
    below = folder / "one" / "two"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    config = mx.MetaxyConfig.load()
    assert (config.project, config.config_file, mx.MetaxyConfig.get()) == ("top", top, config)
    assert config.lock_file == folder / "metaxy.lock"
    assert mx.MetaxyConfig.load(search_parents=False).config_file is None
    pyproject = write(folder, "one/pyproject.toml", "[tool.metaxy]\n")
    assert mx.MetaxyConfig.load().config_file == top
    pyproject.write_text('[tool.metaxy]\nproject = "py"')
    assert mx.MetaxyConfig.load().project == "py"
    write(folder, "one/metaxy.toml", 'project = "one"')
    assert mx.MetaxyConfig.load().project == "one"
    assert mx.MetaxyConfig.load(auto_discovery_start=folder).project == "top"
    assert mx.MetaxyConfig.load("../pyproject.toml").project == "py"


def test_a_variable_names_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, "metaxy.toml", 'project = "found"')
    write(folder, "named.toml", 'project = "named"')
    monkeypatch.setenv("METAXY_CONFIG", "named.toml")
    assert mx.MetaxyConfig.load().project == "named"
    assert mx.MetaxyConfig.load("metaxy.toml").project == "found"
    monkeypatch.setenv("METAXY_COMPAT", "0.1")
    assert mx.MetaxyConfig.load("metaxy.toml").project == "named"


def test_variables_win_over_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        folder, "metaxy.toml", 'project = "f"\nstore = "s"\n[stores.s]\ntype = "x.Y"\n[stores.s.config]\na = 1\nb = 2'
    )
    monkeypatch.setenv("METAXY_PROJECT", "env")
    monkeypatch.setenv("METAXY_STORES__S__CONFIG__A", "env")
    config = mx.MetaxyConfig.load()
    assert (config.project, config.store, config.stores["s"].config) == ("env", "s", {"a": "env", "b": 2})


def test_files_extend_files(folder: Path) -> None:
    write(
        folder,
        "base.toml",
        'project = "base"\ntheme = "dark"\nentrypoints = ["b"]\n[stores.s]\ntype = "B.B"\n[stores.s.config]\nx = 1\n'
        '[stores.t]\ntype = "T.T"\n[ext.one]\nenable = true\n',
    )
    write(folder, "middle.toml", 'extend = "base.toml"\nentrypoints = ["m"]\n[stores.s]\ntype = "M.M"\n')
    child = write(folder, "below/child.toml", 'extend = "../middle.toml"\nproject = "child"\n[ext.two]\nenable = true')
    config = mx.MetaxyConfig.load("below/child.toml")
    assert (config.project, config.theme, config.entrypoints, config.extend) == ("child", "dark", ["b", "m"], None)
    assert config.stores == {"s": mx.StoreConfig(type="M.M"), "t": mx.StoreConfig(type="T.T")}
    assert (config.plugins, config.config_file, config.lock_file) == (
        ["one", "two"],
        child,
        folder / "below" / "metaxy.lock",
    )


def test_templates(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        folder,
        "metaxy.toml",
        'project = "${NAME:-fallback}"\ntheme = "${UNSET}x${EMPTY:-y}$Z${}"\nentrypoints = ["${NAME:-e}"]\n'
        '[stores.s]\ntype = "a.B"\n[stores.s.config]\nlist = ["${NAME:-l}", {deep = "${NAME:-d}"}]\nn = 5\n',
    )
    monkeypatch.setenv("EMPTY", "")
    config = mx.MetaxyConfig.load()
    assert (config.project, config.theme, config.entrypoints) == ("fallback", "x$Z${}", ["e"])
    assert config.stores["s"].config == {"list": ["l", {"deep": "d"}], "n": 5}
    monkeypatch.setenv("NAME", "set")
    config = mx.MetaxyConfig.load()
    assert (config.project, config.stores["s"].config["list"]) == ("set", ["set", {"deep": "set"}])


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        ("a = = 1", InvalidConfigError, r"bad\.toml"),
        ('extend = "gone.toml"', InvalidConfigError, r"gone\.toml"),
        ('extend = "bad.toml"', InvalidConfigError, "circle"),
        ("spelling = 1", pydantic.ValidationError, "spelling"),
        ('project = "a/b"', pydantic.ValidationError, "project"),
        ('[stores.s]\ntype = "x.Y"\ndatabase = "d"', pydantic.ValidationError, "database"),
    ],
)
def test_bad_files_are_refused_and_nothing_is_activated(folder: Path, text: str, kind: Any, told: str) -> None:
    write(folder, "bad.toml", text)
    with pytest.raises(kind, match=told) as raised:
        mx.MetaxyConfig.load("bad.toml")
    assert isinstance(raised.value, ValueError) and not mx.MetaxyConfig.is_set()
    notes = "".join(getattr(raised.value, "__notes__", []))
    assert "bad.toml" in str(raised.value) + notes


def test_absent_files_are_told(folder: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"gone\.toml") as raised:
        mx.MetaxyConfig.load("gone.toml")
    assert isinstance(raised.value, InvalidConfigError) and raised.value.config_file == Path("gone.toml")


@pytest.mark.parametrize(
    ("given", "expected"), [(None, "metaxy.lock"), ("x/y.lock", "x/y.lock"), ("/abs/y.lock", "/abs/y.lock")]
)
def test_where_the_lock_file_lies(folder: Path, given: str | None, expected: str) -> None:
    write(folder, "metaxy.toml", f'metaxy_lock_path = "{given}"' if given else "")
    assert mx.MetaxyConfig.load().lock_file == folder / expected
    assert mx.MetaxyConfig(metaxy_lock_path="rel.lock").lock_file is None
    assert mx.MetaxyConfig(metaxy_lock_path="/a/b").lock_file == Path("/a/b")


def test_the_active_configuration() -> None:
    one, two = mx.MetaxyConfig(project="one"), mx.MetaxyConfig(project="two")
    assert not mx.MetaxyConfig.is_set()
    mx.MetaxyConfig.set(one)
    with two.use() as used:
        assert used is two is mx.MetaxyConfig.get()
        mx.MetaxyConfig.reset()
        assert mx.MetaxyConfig.get() is two
    assert not mx.MetaxyConfig.is_set()
    mx.MetaxyConfig.set(one)
    assert mx.MetaxyConfig.get() is one
    mx.MetaxyConfig.set(None)
    assert not mx.MetaxyConfig.is_set()


def test_without_an_active_configuration(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METAXY_STORE", "env")
    with pytest.warns(UserWarning, match="init"):
        assert mx.MetaxyConfig.get().store == "env"
    assert not mx.MetaxyConfig.is_set()
    file = write(folder, "metaxy.toml", "")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert mx.MetaxyConfig.get(load=True).config_file == file
    assert mx.MetaxyConfig.is_set()


class Settings(PluginConfig):
    size: int = 3


def test_plugins() -> None:
    config = mx.MetaxyConfig(ext={"a": {"enable": True, "size": 7}, "b": Settings(size=9), "c": {"size": "x"}})
    assert config.plugins == ["a"]
    assert config.get_plugin("a", Settings) == Settings(enable=True, size=7)
    assert config.get_plugin("b", Settings) is config.ext["b"]
    assert config.get_plugin("absent", Settings) == Settings()
    with pytest.raises(pydantic.ValidationError, match="size"):
        config.get_plugin("c", Settings)
    with config.use():
        assert mx.MetaxyConfig.get_plugin("a", Settings).size == 7
        assert mx.MetaxyConfig(ext={"a": {"size": 1}}).get_plugin("a", Settings).size == 1


def test_store_classes() -> None:
    class Local(DuckDBMetadataStore):
        pass

    assert mx.StoreConfig(type=DUCKDB).type_cls is DuckDBMetadataStore
    assert mx.StoreConfig(type=DuckDBMetadataStore).type == "metaxy.ext.duckdb.metadata_store.DuckDBMetadataStore"
    assert mx.StoreConfig(type=DuckDBMetadataStore).type_cls is DuckDBMetadataStore
    assert isinstance(with_store(type=Local).get_store(), Local)
    for path in ("nodots", "not_there_at_all.X", "os.NotThere"):
        with pytest.raises(ImportError, match=path.split(".")[-1] if path.startswith("os") else path.split(".")[0]):
            _ = mx.StoreConfig(type=path).type_cls


def test_stores_are_made_anew_with_name_and_arguments() -> None:
    config = with_store({"database": "a.db"})
    store = config.get_store(materialization_id="run", database="b.db")
    assert (type(store), store.name, store.materialization_id, store.database) == (
        DuckDBMetadataStore,
        "dev",
        "run",
        "b.db",
    )
    assert config.get_store("dev") is not config.get_store("dev")
    assert type(config.get_store("dev", expected_type=DuckDBMetadataStore)) is DuckDBMetadataStore


class Another(DuckDBMetadataStore):
    pass


@pytest.mark.parametrize(
    ("config", "name", "kwargs", "told"),
    [
        (mx.MetaxyConfig(), None, {}, "No Metaxy stores"),
        (with_store(), "prod", {}, "'prod' not found.*dev"),
        (with_store(store="other"), None, {}, "'other' not found"),
        (with_store(type="not_there_at_all.X"), None, {}, "not_there_at_all"),
        (with_store(type="os.path"), None, {}, "no class of stores"),
        (with_store(type="collections.OrderedDict"), None, {}, "no class of stores"),
        (with_store({}), None, {}, "database"),
        (with_store({"database": "x", "spelling": 1}), None, {}, "spelling"),
        (with_store({"database": "x", "hash_algorithm": "rot13"}), None, {}, "hash_algorithm"),
        (with_store(), None, {"spelling": 1}, "spelling"),
        (with_store(), None, {"expected_type": Another}, "not of type 'Another'"),
    ],
)
def test_stores_that_cannot_be_made(config: mx.MetaxyConfig, name: Any, kwargs: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidConfigError, match=told):
        config.get_store(name, **kwargs)


def test_errors_of_stores_name_the_file(folder: Path) -> None:
    file = write(folder, "metaxy.toml", f'[stores.dev]\ntype = "{DUCKDB}"\n')
    with pytest.raises(InvalidConfigError) as raised:
        mx.MetaxyConfig.load().get_store()
    error = raised.value
    assert error.config_file == file and str(file) in str(error) and "METAXY_" in str(error)
    assert str(error).startswith(error.base_message) and str(file) not in error.base_message


def test_fallback_stores_are_found_by_name() -> None:
    two = {"type": DUCKDB, "config": {"database": ":memory:"}}
    one = {"type": DUCKDB, "config": {"database": ":memory:", "fallback_stores": ["two"]}}
    config = mx.MetaxyConfig(store="one", stores={"one": one, "two": two})
    assert [store.name for store in config.get_store().fallback_stores] == ["two"]
