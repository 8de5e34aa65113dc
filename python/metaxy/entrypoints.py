# SPDX-License-Identifier: Apache-2.0
"""Features are found: in the lock file, in feature files, in modules and in installed packages."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from importlib.metadata import EntryPoint, PackageNotFoundError, entry_points, requires
from pathlib import Path
from typing import TYPE_CHECKING

from metaxy import _settings
from metaxy._errors import with_code

if TYPE_CHECKING:
    from metaxy._core import FeatureKey
    from metaxy.config import MetaxyConfig
    from metaxy.models.feature import FeatureGraph

__all__ = [
    "EntrypointLoadError",
    "init",
    "load_entrypoints",
    "load_env_entrypoints",
    "load_features",
    "load_module_entrypoint",
    "load_package_entrypoints",
]

DEFAULT_ENTRY_POINT_GROUP = "metaxy.project"
_VARIABLES = "METAXY_ENTRYPOINT"
_SETTING = "METAXY_ENTRYPOINTS"

_loading: ContextVar[bool] = ContextVar("metaxy_loading", default=False)


class EntrypointLoadError(Exception):
    """Code that declares features fails when it is loaded; `__cause__` is what it raised."""

    code = "invalid_spec"
    hint = ""


def init(
    config: MetaxyConfig | Path | str | None = None, search_parents: bool = True, *, isolated: bool = False
) -> MetaxyConfig:
    """Activates a configuration and loads the features that it names.

    Args:
        config: a configuration, or its file; absent: the file that is found from the working directory upwards.
        search_parents: whether a file is looked for when none is given.
        isolated: kept for compatibility; installed packages are always limited to the project and what it requires.

    Raises:
        InvalidConfigError: the configuration is not valid.
        EntrypointLoadError: code that declares features fails.

    Examples:
        >>> from metaxy import MetaxyConfig
        >>> init(MetaxyConfig(project="media", store="dev")).project
        'media'
    """
    from metaxy.config import MetaxyConfig

    if isinstance(config, MetaxyConfig):
        MetaxyConfig.set(config)
    else:
        config = MetaxyConfig.load(config, search_parents=search_parents)
    _load_declared(config)
    load_features(config.entrypoints, filter_project=config.project)
    return config


def _load_declared(config: MetaxyConfig) -> None:
    """Features that need no Python: of the lock file and of feature files."""
    from metaxy.utils.lock_file import load_lock_file

    _load_files(config, {it.key for it in load_lock_file(config)})


def _load_files(config: MetaxyConfig, locked: set[FeatureKey]) -> None:
    from metaxy._feature_files import load_feature_files
    from metaxy.models.feature import FeatureGraph

    graph = FeatureGraph.get_active()
    for definition in load_feature_files(config):
        if definition.key in locked:  # what a project says of another's feature counts more
            graph.remove_feature(definition.key)
        graph.add_feature_definition(definition)


def load_features(
    entrypoints: list[str] | None = None,
    package_entrypoint_group: str = DEFAULT_ENTRY_POINT_GROUP,
    *,
    load_packages: bool = True,
    load_env: bool = True,
    filter_project: str | None = None,
) -> FeatureGraph:
    """Loads modules, installed packages, and what METAXY_ENTRYPOINT* variables name, into the active graph.

    A call from within code that is being loaded does nothing.

    Args:
        entrypoints: import paths of modules.
        load_packages: whether to load entry points of the group `package_entrypoint_group`.
        filter_project: only packages that this one, if it is installed, requires.

    Returns:
        The active graph.
    """
    from metaxy.models.feature import FeatureGraph

    graph = FeatureGraph.get_active()
    if _loading.get():
        return graph
    token = _loading.set(True)
    try:
        load_entrypoints(entrypoints or [])
        if load_packages:
            load_package_entrypoints(package_entrypoint_group, filter_project=filter_project)
        if load_env:
            load_env_entrypoints()
    finally:
        _loading.reset(token)
    return graph


def load_entrypoints(entrypoints: Sequence[str], *, graph: FeatureGraph | None = None) -> None:
    """Loads several modules. Raises: EntrypointLoadError."""
    for path in entrypoints:
        load_module_entrypoint(path, graph=graph)


def load_module_entrypoint(module_path: str, *, graph: FeatureGraph | None = None) -> None:
    """Imports a module; its feature classes register in `graph`, or else in the active one.

    Raises:
        EntrypointLoadError: the module is not there, or fails.
    """
    with _failing_as(f"entrypoint module {module_path!r}", "check `entrypoints` and PYTHONPATH"), _active(graph):
        import_module(module_path)


def load_package_entrypoints(
    group: str = DEFAULT_ENTRY_POINT_GROUP, *, graph: FeatureGraph | None = None, filter_project: str | None = None
) -> None:
    """Loads entry points of installed packages; those that are functions are called.

    Raises:
        EntrypointLoadError: one of them fails.
    """
    found = list(entry_points().select(group=group))
    if found and filter_project is not None:
        found = _required_by(filter_project, found)
    for point in found:
        hint = f"the package declares it in the entry point group {group}"
        with _failing_as(f"entry point {point.name!r} ({point.value})", hint), _active(graph):
            loaded = point.load()
            if callable(loaded):
                loaded()


def load_env_entrypoints() -> None:
    """Loads the modules that METAXY_ENTRYPOINT* variables name, separated by commas, in the order of the variables.

    METAXY_ENTRYPOINTS is none of them: it is the setting `entrypoints`, a JSON list.
    """
    for name in sorted(os.environ):
        if name.startswith(_VARIABLES) and name != _SETTING:
            load_entrypoints([path for part in os.environ[name].split(",") if (path := part.strip())])


@contextmanager
def _active(graph: FeatureGraph | None) -> Iterator[None]:
    if graph is None:
        yield
        return
    with graph.use():
        yield


@contextmanager
def _failing_as(what: str, hint: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        is_loaded = _settings.is_compat() and not isinstance(error, ImportError)
        verb = "Error loading" if is_loaded else "Failed to import"
        text = f"{verb} {what}: {type(error).__name__}: {error}"
        raise with_code(EntrypointLoadError(text), "invalid_spec", hint) from error


def _required_by(project: str, found: list[EntryPoint]) -> list[EntryPoint]:
    """Entry points of a project's distribution, of those that it requires, and of no distribution."""
    from packaging.utils import canonicalize_name

    allowed = _distributions_of(project)
    if allowed is None:
        return found
    return [point for point in found if point.dist is None or canonicalize_name(point.dist.name) in allowed]


def _distributions_of(project: str) -> set[str] | None:
    """A distribution with all that it requires here, extras left out; None when it is not installed."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    out: set[str] = set()
    waiting = [canonicalize_name(project)]
    while waiting:
        name = waiting.pop()
        if name in out:
            continue
        try:
            required = requires(name) or []
        except PackageNotFoundError:
            if not out:
                return None
            continue
        out.add(name)
        for requirement in map(Requirement, required):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(canonicalize_name(requirement.name))
    return out
