# SPDX-License-Identifier: Apache-2.0
"""The configuration: arguments over METAXY_* variables over metaxy.toml."""

from __future__ import annotations

import builtins
import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from types import MethodType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from weakref import WeakValueDictionary

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    field_serializer,
    field_validator,
    model_serializer,
)

from metaxy import _core, _settings
from metaxy._errors import with_code, with_note
from metaxy.models.feature_selection import FeatureSelection

if TYPE_CHECKING:
    from metaxy.metadata_store.base import MetadataStore

__all__ = ["InvalidConfigError", "MetaxyConfig", "PluginConfig", "StoreConfig"]

PluginT = TypeVar("PluginT", bound="PluginConfig")


class InvalidConfigError(Exception):
    """A configuration that cannot be used; `.config_file` is the file it came from, `.base_message` what is wrong."""

    def __init__(self, message: str, *, config_file: Path | None = None) -> None:
        self.base_message = message
        self.config_file = config_file
        lines = [message]
        if config_file is not None:
            lines.append(f"Config file: {config_file}")
        lines.append("Note: METAXY_* environment variables can override config file settings")
        super().__init__("\n".join(lines))
        with_code(self, "invalid_spec", "")

    @classmethod
    def from_config(cls, config: MetaxyConfig, message: str) -> InvalidConfigError:
        """An error about a configuration that was loaded."""
        return cls(message, config_file=config.config_file)


class ConfigFileNotFoundError(InvalidConfigError, FileNotFoundError):
    """The configuration file that was named does not exist."""


class InvalidConfigFileError(InvalidConfigError, ValueError):
    """A configuration file, or one that it extends, cannot be read; all its faults are told."""


_LOCAL_CLASSES: WeakValueDictionary[str, type] = WeakValueDictionary()


def import_path_of(cls: type) -> str:
    """`module.QualName`, as configuration files name classes."""
    path = f"{cls.__module__}.{cls.__qualname__}"
    if "." in cls.__qualname__:
        _LOCAL_CLASSES[path] = cls
    return path


def import_object(path: str) -> Any:
    """What an import path such as `package.module.Class` names. Raises: ImportError."""
    from importlib import import_module

    if path in _LOCAL_CLASSES:
        return _LOCAL_CLASSES[path]
    module, _, name = path.rpartition(".")
    if not module:
        raise ImportError(f"{path!r} is no import path such as package.module.Class")
    try:
        return getattr(import_module(module), name)
    except AttributeError:
        raise ImportError(f"module {module!r} has no {name!r}") from None


# The short names of types that `mx` knows, too.
_BUILT_IN = {
    "duckdb": "metaxy.ext.duckdb.DuckDBMetadataStore",
    "postgresql": "metaxy.ext.postgresql.PostgreSQLMetadataStore",
    "clickhouse": "metaxy.ext.clickhouse.ClickHouseMetadataStore",
    "sqlite": "metaxy.ext.sqlite.SQLiteMetadataStore",
    "adbc": "metaxy.ext.adbc.AdbcMetadataStore",
}


class StoreConfig(BaseModel):
    """One store: its class and that class's settings.

    Examples:
        >>> StoreConfig(type="metaxy.ext.duckdb.DuckDBMetadataStore", config={"database": ":memory:"}).type
        'metaxy.ext.duckdb.DuckDBMetadataStore'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    config: dict[str, Any] = Field(default_factory=dict)

    if TYPE_CHECKING:  # a class is taken, too

        def __init__(self, *, type: str | builtins.type[Any], config: Mapping[str, Any] = ...) -> None: ...

    @field_validator("type", mode="before")
    @classmethod
    def _path_of_class(cls, value: Any) -> Any:
        return import_path_of(value) if isinstance(value, type) else value

    @property
    def type_cls(self) -> builtins.type[MetadataStore]:
        """The class, imported. Raises: ImportError."""
        try:
            return import_object(_BUILT_IN.get(self.type, self.type))
        except ImportError as error:
            raise ImportError(f"Cannot import {self.type!r}: {error}") from error

    def to_toml(self) -> str:
        """The store's table as TOML."""
        return _toml_of(self.model_dump(mode="json"))


class PluginConfig(BaseModel):
    """Settings of an extension; more of them are allowed."""

    model_config = ConfigDict(frozen=True, extra="allow")

    enable: bool = False


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value if item is not None]
    return value


def _toml_of(value: dict[str, Any]) -> str:
    return _core.render_toml(_without_nulls(value))


def _merged(below: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    out = dict(below)
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(out.get(key), dict):
            value = _merged(out[key], value)
        out[key] = value
    return out


def _environment_settings() -> dict[str, Any]:
    return _core.load_settings(None, Path.cwd(), _environment(), False)[0]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "METAXY_CONFIG"}


def _leaves(prefix: str, value: Any) -> list[str]:
    if not isinstance(value, dict) or not value:
        return [prefix]
    below = [leaf for key, item in value.items() for leaf in _leaves(f"{prefix}.{key}" if prefix else key, item)]
    return [prefix, *below] if prefix else below


def _complete_stores(stores: Any) -> Any:
    """Stores of which the environment names settings but nobody a type are left out."""
    if not isinstance(stores, dict):
        return stores
    out = {}
    for name, store in stores.items():
        if isinstance(store, dict) and "type" not in store:
            given = f"has fields: {', '.join(sorted(_leaves('', store)))}" if store else "has nothing in it"
            warnings.warn(
                f"Ignoring incomplete store config {name!r}: missing required 'type' field ({given}). "
                f"Set stores.{name}.type or METAXY_STORES__{name.upper()}__TYPE.",
                UserWarning,
                stacklevel=4,
            )
            continue
        if isinstance(store, dict):
            store = _with_config_table(store)
        out[name] = store
    return out


def _with_config_table(store: dict[str, Any]) -> dict[str, Any]:
    """Settings beside `type` are the store's, as in feature projects that `mx` reads."""
    flat = {key: value for key, value in store.items() if key not in ("type", "config")}
    if not flat or store["type"] not in _BUILT_IN:
        return store
    return {"type": store["type"], "config": {**flat, **store.get("config", {})}}


class _OfInstanceOrActive:
    """A method that called on the class works on the active configuration."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.__doc__ = function.__doc__

    def __get__(self, instance: MetaxyConfig | None, owner: type[MetaxyConfig]) -> Any:
        if instance is not None:
            return MethodType(self.function, instance)

        def of_active(*args: Any, **kwargs: Any) -> Any:
            return self.function(owner.get(), *args, **kwargs)

        return wraps(self.function)(of_active)


class MetaxyConfig(BaseModel):
    """The configuration of a project.

    Arguments win over METAXY_* variables; `load` reads a file below both.

    Examples:
        >>> MetaxyConfig(project="media", store="prod").store
        'prod'
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(_OfInstanceOrActive,))

    project: str | None = None
    store: str = "dev"
    stores: dict[str, StoreConfig] = Field(default_factory=dict)
    features: list[str] = Field(default_factory=list)
    compat: str | None = None
    hash_format: int | None = Field(default=None, ge=0, le=1)
    hash_truncation_length: int | None = Field(default=None, ge=8, validate_default=True)
    auto_create_tables: bool | None = Field(default=None, validate_default=True)
    entrypoints: list[str] = Field(default_factory=list)
    theme: str = "default"
    ext: dict[str, PluginConfig] = Field(default_factory=dict)
    enable_map_datatype: bool = False
    locked: bool | None = None
    sync: bool = True
    extra_features: list[FeatureSelection] = Field(default_factory=list)
    metaxy_lock_path: str | None = None
    extend: str | None = None

    _config_file: Path | None = PrivateAttr(default=None)
    _used: list[Any] = PrivateAttr(default_factory=list)

    _process: ClassVar[list[MetaxyConfig]] = []
    _context: ClassVar[ContextVar[MetaxyConfig | None]] = ContextVar("metaxy_config", default=None)

    def __init__(self, **settings: Any) -> None:
        merged = _merged(_environment_settings(), settings)
        if "stores" in merged:
            merged["stores"] = _complete_stores(merged["stores"])
        super().__init__(**merged)

    @field_validator("project")
    @classmethod
    def _project_name(cls, value: str | None) -> str | None:
        if value is not None and (fault := _core.project_name_fault(value)):
            raise ValueError(f"project name {value!r} {fault}")
        return value

    @field_validator("compat")
    @classmethod
    def _known_compat(cls, value: str | None) -> str | None:
        if value not in (None, "", "0.1"):
            raise ValueError(f"compat {value!r} is not known; write '0.1', or leave it out")
        return value or None

    @field_validator("hash_truncation_length")
    @classmethod
    def _reference_length(cls, value: int | None, info: Any) -> int | None:
        return 8 if value is None and info.data.get("compat") == "0.1" else value

    @field_validator("auto_create_tables")
    @classmethod
    def _creates_tables(cls, value: bool | None, info: Any) -> bool | None:
        return False if value is None and info.data.get("compat") == "0.1" else value

    @field_validator("ext", mode="before")
    @classmethod
    def _plugins(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {
            name: item.model_dump() if isinstance(item, BaseModel) and not isinstance(item, PluginConfig) else item
            for name, item in value.items()
        }

    @field_serializer("ext")
    def _plugin_settings(self, value: dict[str, PluginConfig]) -> dict[str, Any]:
        return {name: plugin.model_dump() for name, plugin in value.items()}

    @model_serializer(mode="wrap")
    def _in_the_reference_form(self, serialize: Any) -> dict[str, Any]:
        """In the compatibility mode the reference's settings, in its order; others only where they say something."""
        values = serialize(self)
        if self.compat != "0.1":
            return values
        own = {"features": self.features, "hash_format": self.hash_format is not None}
        own["compat"] = os.environ.get("METAXY_COMPAT") != "0.1"
        shown = [*_REFERENCE_SETTINGS, *(name for name, is_said in own.items() if is_said)]
        return {name: values[name] for name in shown if name in values}

    @property
    def config_file(self) -> Path | None:
        """The file that was read, absolute."""
        return self._config_file

    @property
    def lock_file(self) -> Path | None:
        """Where metaxy.lock lies; None when there is no configuration file to lie beside."""
        given = Path(self.metaxy_lock_path) if self.metaxy_lock_path else None
        if given is not None and given.is_absolute():
            return given
        if self._config_file is None:
            return None
        return self._config_file.parent / (given or "metaxy.lock")

    @property
    def plugins(self) -> list[str]:
        """Names of the extensions that are switched on."""
        return [name for name, plugin in self.ext.items() if plugin.enable]

    @classmethod
    def load(
        cls,
        config_file: str | Path | None = None,
        *,
        search_parents: bool = True,
        auto_discovery_start: str | Path | None = None,
    ) -> MetaxyConfig:
        """Reads a file, given or found from `auto_discovery_start` (the working directory) upwards, and activates it.

        Args:
            search_parents: whether to look for a file when none is given.

        Raises:
            ConfigFileNotFoundError: the file is absent.
            InvalidConfigFileError: the file, or one that it extends, cannot be read; all its faults are told.
            pydantic.ValidationError: a setting is unknown or not valid.
        """
        variable = os.environ.get("METAXY_CONFIG") or None
        named = variable if config_file is None or (variable and _settings.is_compat()) else config_file
        start = Path(auto_discovery_start) if auto_discovery_start is not None else Path.cwd()
        settings, file = _settings_of_files(named, start, search_parents)
        try:
            out = cls(**settings)
        except ValidationError as error:
            if file is not None:
                with_note(error, f"configuration file: {file}")
            raise
        out._config_file = Path(file) if file is not None else None
        cls.set(out)
        return out

    @classmethod
    def get(cls, *, load: bool = False) -> MetaxyConfig:
        """The active configuration; without one `load` finds it, else a default one is given with a warning."""
        if (config := active()) is not None:
            return config
        if load:
            return cls.load()
        warnings.warn(
            "Global Metaxy configuration not initialized: the defaults are used; call metaxy.init() first",
            UserWarning,
            stacklevel=2,
        )
        return cls()

    @classmethod
    def set(cls, config: MetaxyConfig | None) -> None:
        """Makes a configuration the process's; None forgets it."""
        cls._process[:] = [] if config is None else [config]

    @classmethod
    def is_set(cls) -> bool:
        """Whether a configuration is active."""
        return active() is not None

    @classmethod
    def reset(cls) -> None:
        """Forgets the process's configuration; one that is used within a `with` block stays until its end."""
        cls._process.clear()

    @contextmanager
    def use(self) -> Iterator[MetaxyConfig]:
        """Makes this configuration the active one within a `with` block."""
        token = MetaxyConfig._context.set(self)
        try:
            yield self
        finally:
            MetaxyConfig._context.reset(token)

    @_OfInstanceOrActive
    def get_plugin(self, name: str, plugin_cls: type[PluginT]) -> PluginT:
        """An extension's settings as its own class; called on the class, those of the active configuration."""
        plugin = self.ext.get(name)
        if plugin is None or isinstance(plugin, plugin_cls):
            return plugin_cls() if plugin is None else plugin
        return plugin_cls.model_validate(plugin.model_dump())

    def get_store(self, name: str | None = None, *, expected_type: type | None = None, **kwargs: Any) -> Any:
        """A new store as configured under `name`, or the default one.

        Args:
            expected_type: refuse a store of another class.
            kwargs: settings over those of the configuration, and arguments of the constructor.

        Raises:
            InvalidConfigError: no such store, or it cannot be made.
        """
        from metaxy.metadata_store.from_config import make_store

        return make_store(self, name, expected_type, kwargs)

    def to_toml(self) -> str:
        """All settings as TOML, without those that are null."""
        return _toml_of(self.model_dump(mode="json"))


_REFERENCE_SETTINGS = (
    *("store", "stores", "extend", "entrypoints", "theme", "ext", "hash_truncation_length", "enable_map_datatype"),
    *("auto_create_tables", "project", "locked", "sync", "extra_features", "metaxy_lock_path"),
)


def _settings_of_files(
    named: str | Path | None, start: Path, search_parents: bool
) -> tuple[dict[str, Any], Path | None]:
    """What files and variables say, and the file. Raises: ConfigFileNotFoundError, InvalidConfigFileError."""
    file = Path(named) if named is not None else None
    try:
        return _core.load_settings(file, start, _environment(), search_parents)
    except Exception as error:
        is_absent = getattr(error, "code", "") == "not_found"
        kind = ConfigFileNotFoundError if is_absent else InvalidConfigFileError
        text = str(error)
        if "setting extend: goes round in a circle" in text:
            text = f"Circular config inheritance detected: {text}"
        elif "does not exist" in text and not is_absent:
            text = f"Config file referenced by 'extend' does not exist: {text}"
        raise kind(text, config_file=file) from error


def active() -> MetaxyConfig | None:
    """The context's configuration, or else the process's."""
    config = MetaxyConfig._context.get()
    if config is None and MetaxyConfig._process:
        config = MetaxyConfig._process[0]
    return config
