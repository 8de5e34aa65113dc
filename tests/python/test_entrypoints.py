# SPDX-License-Identifier: Apache-2.0
"""Features that are found in modules, packages, the environment and the lock file."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import metaxy as mx
from metaxy import _core, entrypoints
from metaxy.entrypoints import EntrypointLoadError, load_env_entrypoints

FEATURE = """
import metaxy as mx

class Feature(mx.BaseFeature, spec=mx.FeatureSpec(key="{key}", id_columns=["id"])):
    id: str
"""


class Modules:
    """Modules for one test, forgotten after it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: list[str] = []

    def write(self, name: str, text: str) -> str:
        (self.folder / f"{name}.py").write_text(text)
        self.names.append(name)
        return name

    def feature(self, name: str, key: str) -> str:
        return self.write(name, FEATURE.format(key=key))


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    out = Modules(tmp_path)
    yield out
    for name in out.names:
        sys.modules.pop(name, None)


def keys(graph: mx.FeatureGraph) -> list[str]:
    return [str(key) for key in graph.list_features(only_current_project=False)]


class Point:
    """An entry point of a package that is not there."""

    group = "metaxy.project"
    value = "module:thing"

    def __init__(self, name: str, thing: Any, owner: str | None = None) -> None:
        self.name = name
        self.thing = thing
        self.dist = SimpleNamespace(name=owner) if owner else None

    def load(self) -> Any:
        return self.thing


class Points(list[Point]):
    def select(self, *, group: str) -> list[Point]:
        return [point for point in self if point.group == group]


def install(monkeypatch: pytest.MonkeyPatch, *points: Point) -> None:
    monkeypatch.setattr(entrypoints, "entry_points", lambda: Points(points))


def test_a_module_registers_in_the_active_graph(modules: Modules, fresh_graph: mx.FeatureGraph) -> None:
    mx.load_module_entrypoint(modules.feature("module_a", "a"))
    assert keys(fresh_graph) == ["a"]


def test_a_module_registers_in_a_given_graph(modules: Modules, fresh_graph: mx.FeatureGraph) -> None:
    graph = mx.FeatureGraph()
    mx.load_module_entrypoint(modules.feature("module_b", "b"), graph=graph)
    assert (keys(graph), keys(fresh_graph)) == (["b"], [])


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (None, ModuleNotFoundError),
        ("1 / 0", ZeroDivisionError),
        ("def (", SyntaxError),
        ("import not_there", ImportError),
    ],
)
def test_modules_that_fail_are_named(modules: Modules, text: str | None, cause: type[Exception]) -> None:
    name = "module_bad" if text is None else modules.write("module_bad", text)
    with pytest.raises(EntrypointLoadError, match="module_bad") as raised:
        mx.load_module_entrypoint(name)
    assert isinstance(raised.value.__cause__, cause)
    assert cause.__name__ in str(raised.value) or cause is ImportError
    assert raised.value.code == "invalid_spec" and raised.value.hint


def test_package_entry_points_are_loaded_and_called(
    monkeypatch: pytest.MonkeyPatch, fresh_graph: mx.FeatureGraph
) -> None:
    graph, seen = mx.FeatureGraph(), []
    install(monkeypatch, Point("called", lambda: seen.append(mx.current_graph())), Point("module", sys))
    mx.load_package_entrypoints(graph=graph)
    assert seen == [graph]


def test_only_the_group_asked_for_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[int] = []
    install(monkeypatch, Point("x", lambda: called.append(1)))
    mx.load_package_entrypoints("another.group")
    assert called == []


def test_package_entry_points_that_fail_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise KeyError("inside")

    install(monkeypatch, Point("broken", fails))
    with pytest.raises(EntrypointLoadError, match=r"'broken' \(module:thing\).*inside") as raised:
        mx.load_package_entrypoints()
    assert isinstance(raised.value.__cause__, KeyError)


@pytest.mark.parametrize(
    ("project", "expected"),
    [
        ("pytest", ["pytest", "pluggy", "none"]),
        ("PyTest", ["pytest", "pluggy", "none"]),
        ("not-installed-at-all", ["pytest", "pluggy", "polars", "none"]),
        (None, ["pytest", "pluggy", "polars", "none"]),
    ],
)
def test_packages_are_limited_to_what_the_project_requires(
    monkeypatch: pytest.MonkeyPatch, project: str | None, expected: list[str]
) -> None:
    called: list[str] = []

    def point(owner: str | None) -> Point:
        return Point(owner or "none", lambda: called.append(owner or "none"), owner)

    install(monkeypatch, point("pytest"), point("pluggy"), point("polars"), point(None))
    mx.load_package_entrypoints(filter_project=project)
    assert called == expected


def test_variables_name_modules_in_their_order(
    modules: Modules, monkeypatch: pytest.MonkeyPatch, fresh_graph: mx.FeatureGraph
) -> None:
    for name in "abc":
        modules.feature(f"env_{name}", name)
    monkeypatch.setenv("METAXY_ENTRYPOINT_2", "env_a")
    monkeypatch.setenv("METAXY_ENTRYPOINT_1", " env_b , env_c ,, ")
    load_env_entrypoints()
    assert keys(fresh_graph) == ["b", "c", "a"]


def test_the_setting_entrypoints_is_no_env_entry_point(
    modules: Modules, monkeypatch: pytest.MonkeyPatch, fresh_graph: mx.FeatureGraph
) -> None:
    monkeypatch.setenv("METAXY_ENTRYPOINTS", f'["{modules.feature("set_a", "a")}"]')
    load_env_entrypoints()
    assert keys(fresh_graph) == []
    mx.init(search_parents=False)
    assert keys(fresh_graph) == ["a"]


def test_load_features_gives_the_graph_and_obeys_its_switches(
    modules: Modules, monkeypatch: pytest.MonkeyPatch, fresh_graph: mx.FeatureGraph
) -> None:
    called: list[int] = []
    install(monkeypatch, Point("x", lambda: called.append(1)))
    monkeypatch.setenv("METAXY_ENTRYPOINT", modules.feature("switch_env", "e"))
    assert mx.load_features([modules.feature("switch_a", "a")], load_packages=False, load_env=False) is fresh_graph
    assert (keys(fresh_graph), called) == (["a"], [])
    mx.load_features()
    assert (keys(fresh_graph), called) == (["a", "e"], [1])


def test_loading_from_within_what_is_loaded_does_nothing(modules: Modules, fresh_graph: mx.FeatureGraph) -> None:
    inner = modules.feature("inner", "inner")
    outer = modules.write("outer", f"import metaxy as mx\nloaded = mx.load_features([{inner!r}])\n")
    mx.load_features([outer], load_packages=False)
    assert keys(fresh_graph) == [] and sys.modules["outer"].loaded is fresh_graph
    mx.load_features([inner], load_packages=False)
    assert keys(fresh_graph) == ["inner"]


def test_init_activates_the_file_that_it_finds(
    modules: Modules, monkeypatch: pytest.MonkeyPatch, fresh_graph: mx.FeatureGraph
) -> None:
    (modules.folder / "metaxy.toml").write_text(f'project = "p"\nentrypoints = ["{modules.feature("init_a", "a")}"]')
    (modules.folder / "below").mkdir()
    monkeypatch.chdir(modules.folder / "below")
    config = mx.init()
    assert config.config_file == modules.folder / "metaxy.toml" and mx.MetaxyConfig.get() is config
    assert keys(fresh_graph) == ["a"]
    assert mx.init(search_parents=False).config_file is None


def test_init_takes_a_configuration_or_a_path(modules: Modules, fresh_graph: mx.FeatureGraph) -> None:
    given = mx.MetaxyConfig(project="given", entrypoints=[modules.feature("given_a", "a")])
    assert mx.init(given) is given is mx.MetaxyConfig.get()
    assert keys(fresh_graph) == ["a"]
    (modules.folder / "other.toml").write_text('project = "other"')
    assert mx.init("other.toml").project == mx.init(Path("other.toml")).project == "other"
    with pytest.raises(FileNotFoundError):
        mx.init("not_there.toml")


def test_init_loads_the_lock_file_first(modules: Modules, fresh_graph: mx.FeatureGraph) -> None:
    (modules.folder / "metaxy.toml").write_text(f'entrypoints = ["{modules.feature("after_lock", "mine")}"]')
    text = (Path(__file__).parent.parent / "data" / "reference.lock").read_text(encoding="utf-8")
    (modules.folder / "metaxy.lock").write_text(text, encoding="utf-8")
    mx.init()
    assert keys(fresh_graph) == ["report", "video/parts-of", "video/raw", "mine"]
    assert fresh_graph.get_feature_definition("video/raw").is_external


def test_what_feature_files_declare_counts_more_than_the_lock_file(
    modules: Modules, fresh_graph: mx.FeatureGraph
) -> None:
    (modules.folder / "metaxy.toml").write_text("")
    (modules.folder / "features.toml").write_text('[features."video/raw"]\nid = "id"\nexternal = true\n')
    text = (Path(__file__).parent.parent / "data" / "reference.lock").read_text(encoding="utf-8")
    (modules.folder / "metaxy.lock").write_text(text, encoding="utf-8")
    mx.init()
    raw, report = (fresh_graph.get_feature_definition(key) for key in ("video/raw", "report"))
    assert raw.source.startswith("features.toml:") and report.source == "metaxy.lock"


def test_the_project_filters_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    install(monkeypatch, Point("x", lambda: called.append("polars"), "polars"))
    mx.init(mx.MetaxyConfig(project="pluggy"))
    assert called == []
    mx.init(mx.MetaxyConfig(project="not-installed-at-all"))
    assert called == ["polars"]


def test_feature_files_are_read_by_the_core(
    modules: Modules, monkeypatch: pytest.MonkeyPatch, fresh_graph: mx.FeatureGraph
) -> None:
    asked: list[dict[str, Any]] = []

    def read(**kwargs: Any) -> list[tuple[Any, ...]]:
        asked.append(kwargs)
        own = (mx.FeatureSpec(key="own", id_columns=["id"]), "{}", "p", "f.toml:1", False, None, "warn")
        versions = {"default": "abc"}
        other = (mx.FeatureSpec(key="other", id_columns=["id"]), "{}", "q", "f.toml:9", True, versions, "error")
        return [own, other]

    monkeypatch.setattr(_core, "load_feature_files", read, raising=False)
    (modules.folder / "metaxy.toml").write_text('project = "p"\nfeatures = ["f*.toml"]')
    mx.init()
    assert asked == [{"patterns": ["f*.toml"], "folder": modules.folder, "project": "p"}]
    own, other = fresh_graph.feature_definitions_by_key.values()
    assert (own.project, own.source, own.is_external) == ("p", "f.toml:1", False)
    assert (other.project, other.source, other.is_external, other.on_version_mismatch) == (
        "q",
        "f.toml:9",
        True,
        "error",
    )
    assert other.provenance_by_field_override == {"default": "abc"}
    (modules.folder / "metaxy.toml").write_text("")
    with mx.FeatureGraph().use():
        mx.init()
    assert asked[1] == {"patterns": None, "folder": modules.folder, "project": "default"}
    mx.init(mx.MetaxyConfig(project="without_file"))
    assert len(asked) == 2


def test_feature_files_that_cannot_be_read_are_not_passed_over(modules: Modules) -> None:
    (modules.folder / "metaxy.toml").write_text('features = ["f.toml"]')
    with pytest.raises(mx.config.InvalidConfigError, match="f.toml"):
        mx.init()
