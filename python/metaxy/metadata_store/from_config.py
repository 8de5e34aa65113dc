# SPDX-License-Identifier: Apache-2.0
"""Stores out of the configuration."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from metaxy.config import InvalidConfigError, MetaxyConfig, StoreConfig
from metaxy.metadata_store.base import MetadataStore


def make_store(config: MetaxyConfig, name: str | None, expected_type: type | None, given: dict[str, Any]) -> Any:
    """A new store; see MetaxyConfig.get_store."""
    wanted = name if name is not None else config.store
    cls = _class_of(config, wanted, _store_config(config, wanted))
    if expected_type is not None and not issubclass(cls, expected_type):
        raise _invalid(config, f"Store {wanted!r} is not of type {expected_type.__name__!r}: it is a {cls.__name__}")
    try:
        with config.use():
            return _built(config, wanted, cls, given)
    except InvalidConfigError:
        raise
    except ValidationError as error:
        raise _invalid(config, f"Failed to validate config for store {wanted!r}: {error}") from error
    except Exception as error:
        raise _invalid(config, f"Failed to instantiate store {wanted!r}: {error}") from error


def _invalid(config: MetaxyConfig, message: str) -> InvalidConfigError:
    return InvalidConfigError.from_config(config, message)


def _store_config(config: MetaxyConfig, name: str) -> StoreConfig:
    if not config.stores:
        raise _invalid(
            config,
            f"No Metaxy stores available: none are configured; add [stores.{name}] to metaxy.toml",
        )
    if name not in config.stores:
        raise _invalid(config, f"Store {name!r} not found in config. Available stores: {list(config.stores)}")
    return config.stores[name]


def _class_of(config: MetaxyConfig, name: str, store: StoreConfig) -> type[MetadataStore]:
    try:
        cls = store.type_cls
    except Exception as error:
        raise _invalid(config, f"Failed to import store class {store.type!r} for store {name!r}: {error}") from error
    if not (isinstance(cls, type) and hasattr(cls, "config_model")):
        raise _invalid(config, f"type {store.type} of store {name!r} is no class of stores")
    return cls


def _built(config: MetaxyConfig, name: str, cls: type[MetadataStore], given: dict[str, Any]) -> MetadataStore:
    model = cls.config_model()
    fields = set(model.model_fields)
    settings = {**config.stores[name].config, **{key: value for key, value in given.items() if key in fields}}
    rest = {key: value for key, value in given.items() if key not in fields}
    out = cls.from_config(model.model_validate(settings), name=name, **rest)
    out._config = config
    out.validate_hash_algorithm(check_fallback_stores=False)
    return out
