# SPDX-License-Identifier: Apache-2.0
"""Lock files: definitions of other projects' features, kept beside the configuration."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from metaxy import _core
from metaxy._core import FeatureKey
from metaxy._errors import with_code
from metaxy.metadata_store.exceptions import FeatureNotFoundError
from metaxy.models.feature import FeatureGraph
from metaxy.models.feature_definition import FeatureDefinition
from metaxy.models.feature_selection import FeatureSelection
from metaxy.utils.exceptions import MetaxyInvariantViolationError

if TYPE_CHECKING:
    from metaxy.config import MetaxyConfig
    from metaxy.metadata_store.base import MetadataStore

__all__ = [
    "FeatureChange",
    "FeatureUpdate",
    "InvalidLockFileError",
    "LockFile",
    "LockFileResult",
    "LockedFeature",
    "LockedFeatureInfo",
    "generate_lock_file",
    "load_lock_file",
]

_SOURCE = "metaxy.lock"


class InvalidLockFileError(ValueError):
    """A lock file is TOML, but no lock file."""

    code = "invalid_spec"
    hint = "make it again with `metaxy lock`"


class LockedFeatureInfo(BaseModel):
    """Versions that a feature had when it was locked, for readers of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    version_by_field: dict[str, str]
    definition_version: str


class LockedFeature(BaseModel):
    """One feature of a lock file. `data`: FeatureDefinition, or its JSON form."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    info: LockedFeatureInfo
    data: FeatureDefinition

    @model_validator(mode="before")
    @classmethod
    def _has_whole_data(cls, value: Any) -> Any:
        data = value.get("data") if isinstance(value, dict) else None
        if isinstance(data, dict):
            _check_keys(data)
        return value


class LockFile(BaseModel):
    """What a lock file holds: features by key as text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    features: dict[str, LockedFeature]

    @model_validator(mode="after")
    def _keys_agree(self) -> LockFile:
        for key, entry in self.features.items():
            if key != str(entry.data.key):
                raise ValueError(f"features.{key} declares feature {entry.data.key}; the two keys must be the same")
        return self


class FeatureChange(BaseModel):
    """A feature that came into the lock file, or left it."""

    project: str
    key: str
    version: str


class FeatureUpdate(BaseModel):
    """A feature whose definition changed; its version did not when `metadata_only`."""

    project: str
    key: str
    old_version: str
    new_version: str
    metadata_only: bool


class LockFileResult(BaseModel):
    """How a new lock file differs from the one before; lists are sorted by key."""

    added: list[FeatureChange]
    updated: list[FeatureUpdate]
    removed: list[FeatureChange]
    unchanged_count: int = 0


def load_lock_file(config: MetaxyConfig) -> list[FeatureDefinition]:
    """Adds the features of a configuration's lock file to the active graph, as external ones.

    A file that is not there is passed over, with a warning when the configuration names it.

    Returns:
        The definitions, sorted by key.

    Raises:
        InvalidLockFileError: the file's tables are not those of a lock file.
        tomllib.TOMLDecodeError: the file is no TOML.

    Examples:
        >>> from metaxy import MetaxyConfig
        >>> load_lock_file(MetaxyConfig())
        []
    """
    path = config.lock_file
    if path is None:
        return []
    if not path.exists():
        if config.metaxy_lock_path is not None:
            warnings.warn(
                f"Lock file not found at {path}, so its external features are not loaded; `metaxy lock` makes it",
                UserWarning,
                stacklevel=3,
            )
        return []
    graph = FeatureGraph.get_active()
    out = [_external(entry.data) for entry in _read(path).features.values()]
    for definition in out:
        graph.add_feature_definition(definition)
    return out


def generate_lock_file(
    store: MetadataStore,
    output_path: str | Path,
    *,
    exclude_project: str | None = None,
    selection: FeatureSelection | None = None,
) -> LockFileResult:
    """Locks what the active graph's features depend on and the graph does not define, as the store knows it.

    The file is written only when something changed. The active graph stays as it is.

    Args:
        store: an open store, or one to open for reading.
        exclude_project: a project whose stored definitions do not count: the one that is locked.
        selection: features to lock although nothing depends on them.

    Raises:
        FeatureNotFoundError: the store lacks some; `.keys` says which.
        MetaxyInvariantViolationError: a stored version is not what the stored definition gives.
    """
    graph = FeatureGraph.get_active()
    path = Path(output_path)
    own = {key for key, it in graph.feature_definitions_by_key.items() if not it.is_external}
    needed = {dep.feature for key in own for dep in graph.get_feature_definition(key).spec.deps} - own
    if not needed and selection is None:
        return _write(path, LockFile(features={}))
    if store._mode is None:
        with store.open("r"):
            return _write(path, _locked(store, graph, own, needed, exclude_project, selection))
    return _write(path, _locked(store, graph, own, needed, exclude_project, selection))


def _locked(
    store: MetadataStore,
    graph: FeatureGraph,
    own: set[FeatureKey],
    needed: set[FeatureKey],
    exclude_project: str | None,
    selection: FeatureSelection | None,
) -> LockFile:
    stored = _stored(store, exclude_project)
    if selection is not None:
        needed = needed | (_selected(stored, selection) - own)
    found = _with_upstreams(needed, {key: it for key, (it, _, _) in stored.items()}, own)
    if not found:
        return LockFile(features={})
    whole = FeatureGraph()
    for definition in [*graph.feature_definitions_by_key.values(), *found]:
        whole.add_feature_definition(definition)
    format, _, length = store._session(store._mode or "r").hash_settings()
    core = whole._core([it.key for it in found], settings=(format, length))
    features = {}
    for definition in found:
        key = definition.key
        _, stored_version, definition_version = stored[key]
        version = core.feature_version(key)
        if version != stored_version:
            raise MetaxyInvariantViolationError(
                f"feature {key} is stored with version {stored_version}, but its stored definition gives {version}; "
                f"push project {definition.project} again"
            )
        info = LockedFeatureInfo(
            version=version,
            version_by_field=core.versions_by_field(key),
            definition_version=definition_version,
        )
        features[str(key)] = LockedFeature(info=info, data=definition)
    return LockFile(features=features)


Stored = dict[FeatureKey, tuple[FeatureDefinition, str, str]]


def _stored(store: MetadataStore, exclude_project: str | None) -> Stored:
    """By key: the definition that was recorded last, with its feature and definition versions."""
    import polars as pl

    from metaxy.metadata_store.system.storage import SystemTableStorage, _definitions

    rows = SystemTableStorage(store)._rows()
    if exclude_project is not None:
        rows = rows.filter(pl.col("project") != exclude_project)
    latest = rows.sort("recorded_at", descending=True).unique("feature_key", keep="first")
    columns = ("feature_key", "metaxy_feature_version", "metaxy_definition_version")
    versions = {key: rest for key, *rest in latest.select(columns).iter_rows()}
    return {it.key: (it, *versions[str(it.key)]) for it in _definitions(latest)}


def _selected(stored: Stored, selection: FeatureSelection) -> set[FeatureKey]:
    if selection.all:
        return set(stored)
    projects = selection.projects or []
    return {key for key, (it, _, _) in stored.items() if it.project in projects} | set(selection.keys or [])


def _with_upstreams(
    needed: Collection[FeatureKey], stored: dict[FeatureKey, FeatureDefinition], own: set[FeatureKey]
) -> list[FeatureDefinition]:
    found: dict[FeatureKey, FeatureDefinition] = {}
    missing: set[FeatureKey] = set()
    waiting = list(needed)
    while waiting:
        key = waiting.pop()
        if key in found or key in own:
            continue
        if key not in stored:
            missing.add(key)
            continue
        found[key] = stored[key]
        waiting.extend(dep.feature for dep in stored[key].spec.deps)
    if missing:
        keys = sorted(missing)
        raise with_code(
            FeatureNotFoundError(f"Features not found in metadata store: {', '.join(map(str, keys))}", keys=keys),
            "not_found",
            "run `metaxy push` in the projects that define them",
        )
    return [found[key] for key in sorted(found)]


def _write(path: Path, lock: LockFile) -> LockFileResult:
    before = _before(path)
    result = _compared(before or LockFile(features={}), lock)
    if before is None or result.added or result.updated or result.removed:
        text = _core.render_lock_text({"features": {key: _document(entry) for key, entry in sorted(lock.features.items())}})
        written = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        try:
            written.write_text(text, encoding="utf-8", newline="\n")
            written.replace(path)
        finally:
            written.unlink(missing_ok=True)
    return result


def _before(path: Path) -> LockFile | None:
    """The file that is there; None when there is none, or none that can be read."""
    if not path.exists():
        return None
    try:
        return _read(path)
    except ValueError as error:
        warnings.warn(f"lock file {path} is written anew: {error}", UserWarning, stacklevel=4)
        return None


def _compared(before: LockFile, after: LockFile) -> LockFileResult:
    old, new = before.features, after.features
    out = LockFileResult(
        added=[_change(key, new[key]) for key in sorted(new.keys() - old.keys())],
        updated=[],
        removed=[_change(key, old[key]) for key in sorted(old.keys() - new.keys())],
    )
    for key in sorted(old.keys() & new.keys()):
        was, now = old[key].info, new[key].info
        if was.definition_version == now.definition_version:
            out.unchanged_count += 1
            continue
        out.updated.append(
            FeatureUpdate(
                project=new[key].data.project,
                key=key,
                old_version=was.version,
                new_version=now.version,
                metadata_only=was.version == now.version,
            )
        )
    return out


def _change(key: str, entry: LockedFeature) -> FeatureChange:
    return FeatureChange(project=entry.data.project, key=key, version=entry.info.version)


def _document(entry: LockedFeature) -> dict[str, Any]:
    """A feature as tables: attributes that are null are left out. Raises: MetaxyInvariantViolationError."""
    definition = entry.data
    spec = definition.spec.model_dump(mode="json")
    metadata = spec.pop("metadata", {})
    if _has_null(metadata):
        raise MetaxyInvariantViolationError(
            f"feature {definition.key} has null among its metadata, which TOML cannot say; leave the entry out"
        )
    data = {**definition.model_dump(mode="json"), "spec": {**_without_nulls(spec), "metadata": metadata}}
    return {"info": entry.info.model_dump(), "data": {key: it for key, it in data.items() if it is not None}}


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, (list, tuple)) else value


def _has_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_null, value.values()))
    return any(map(_has_null, value)) if isinstance(value, (list, tuple)) else value is None


def _read(path: Path) -> LockFile:
    try:
        import tomllib
    except ModuleNotFoundError:  # Python 3.10
        import tomli as tomllib  # type: ignore[no-redef]
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        told = tomllib.TOMLDecodeError(f"lock file {path} is not valid TOML: {error}")
        raise with_code(told, "invalid_spec", InvalidLockFileError.hint) from error
    try:
        return LockFile.model_validate(document)
    except ValidationError as error:
        raise InvalidLockFileError(f"lock file {path} is not valid: {error}") from error


def _check_keys(data: dict[str, Any]) -> None:
    known = {"spec", "feature_schema", "feature_class_path", "project"}
    if unknown := sorted(set(data) - known):
        raise ValueError(f"unknown keys in `data`: {', '.join(unknown)}; known are {', '.join(sorted(known))}")
    if absent := sorted(known - {"feature_class_path"} - set(data)):
        raise ValueError(f"`data` lacks {', '.join(absent)}")
    try:
        json.loads(data["feature_schema"])
    except (TypeError, ValueError):
        raise ValueError("`data.feature_schema` should be the text of a JSON document") from None


def _external(definition: FeatureDefinition) -> FeatureDefinition:
    out = FeatureDefinition.external(
        spec=definition.spec, project=definition.project, feature_schema=definition.feature_schema, source=_SOURCE
    )
    out.__dict__["feature_class_path"] = definition.feature_class_path
    return out
