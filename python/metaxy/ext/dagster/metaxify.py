# SPDX-License-Identifier: Apache-2.0
"""Assets that take key, dependencies, versions and columns from the feature that they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, overload

import dagster as dg

from metaxy._definitions import FeatureSpec
from metaxy._settings import is_compat
from metaxy.ext.dagster.constants import (
    DAGSTER_COLUMN_LINEAGE_METADATA_KEY,
    DAGSTER_COLUMN_SCHEMA_METADATA_KEY,
    DAGSTER_METAXY_FEATURE_METADATA_KEY,
    DAGSTER_METAXY_INFO_METADATA_KEY,
    DAGSTER_METAXY_KIND,
    DAGSTER_METAXY_PROJECT_TAG_KEY,
)
from metaxy.ext.dagster.features import (
    asset_key,
    build_feature_info_metadata,
    dagster_attributes,
    feature_key_of_metadata,
    get_asset_key_for_metaxy_feature_spec,
    plain_value,
    registered,
)
from metaxy.ext.dagster.table_metadata import build_column_schema, lineage_columns
from metaxy.models.feature_definition import FeatureDefinition

AssetT = TypeVar("AssetT", dg.AssetSpec, dg.AssetsDefinition)

_KIND_TAG = "dagster/kind/"
_CODE_VERSION = "metaxy:"


@overload
def metaxify(_asset: AssetT) -> AssetT: ...
@overload
def metaxify(
    *,
    key: dg.AssetKey | str | Sequence[str] | None = None,
    key_prefix: str | Sequence[str] | None = None,
    inject_metaxy_kind: bool = True,
    inject_code_version: bool = True,
    set_description: bool = True,
    inject_column_schema: bool = True,
    inject_column_lineage: bool = True,
) -> Callable[[AssetT], AssetT]: ...
def metaxify(
    _asset: Any = None,
    *,
    key: dg.AssetKey | str | Sequence[str] | None = None,
    key_prefix: str | Sequence[str] | None = None,
    inject_metaxy_kind: bool = True,
    inject_code_version: bool = True,
    set_description: bool = True,
    inject_column_schema: bool = True,
    inject_column_lineage: bool = True,
) -> Any:
    """Completes an AssetSpec or an AssetsDefinition whose metadata name a feature by `metaxy/feature`: asset key,
    upstream assets, kind, tags, code version, description, columns and their lineage. What is there already stays.
    Assets that name no feature keep all but their key, which takes the prefix. Usable with and without arguments.

    Args:
        key: the asset's key; absent: as the feature's metadata `dagster/attributes` say, or else the feature's own.
        key_prefix: put before the keys of the asset and of its upstream features.

    Raises:
        ValueError: both `key` and `key_prefix`, or a `key` for several assets.
        KeyError: the feature is not registered.
    """
    if key is not None and key_prefix is not None:
        raise ValueError("Cannot specify both `key` and `key_prefix` of metaxify")
    rules = _Metaxify(
        key=None if key is None else asset_key(key),
        prefix=(key_prefix,) if isinstance(key_prefix, str) else tuple(key_prefix or ()),
        has_kind=inject_metaxy_kind,
        has_code_version=inject_code_version,
        has_description=set_description,
        has_columns=inject_column_schema,
        has_lineage=inject_column_lineage,
    )
    return rules if _asset is None else rules(_asset)


@dataclass(frozen=True)
class _Metaxify:
    key: dg.AssetKey | None
    prefix: tuple[str, ...]
    has_kind: bool
    has_code_version: bool
    has_description: bool
    has_columns: bool
    has_lineage: bool

    def __call__(self, asset: Any) -> Any:
        if isinstance(asset, dg.AssetSpec):
            return self._completed(asset, self._key_of(asset))
        if isinstance(asset, dg.AssetsDefinition):
            return self._completed_definition(asset)
        raise TypeError(f"metaxify takes an AssetSpec or an AssetsDefinition, and got {type(asset).__name__}")

    def _completed_definition(self, asset: dg.AssetsDefinition) -> dg.AssetsDefinition:
        specs = list(asset.specs)
        if self.key is not None and len(specs) > 1:
            raise ValueError(f"Cannot use `key` for the {len(specs)} assets of {asset.node_def.name}; give `key_prefix`")
        keys = {spec.key: self._key_of(spec) for spec in specs}
        if len(set(keys.values())) < len(keys):
            names = ", ".join(sorted(key.to_user_string() for key in keys))
            raise ValueError(f"assets {names} would have the same key; each needs a feature of its own")
        changed = {old: new for old, new in keys.items() if old != new}
        renamed = asset.with_attributes(asset_key_replacements=changed) if changed else asset
        return _with_specs(renamed, [self._completed(spec, spec.key) for spec in renamed.specs])

    def _prefixed(self, key: dg.AssetKey) -> dg.AssetKey:
        return dg.AssetKey([*self.prefix, *key.path])

    def _upstream_key(self, spec: FeatureSpec) -> dg.AssetKey:
        return self._prefixed(get_asset_key_for_metaxy_feature_spec(spec))

    def _key_of(self, spec: dg.AssetSpec) -> dg.AssetKey:
        feature = feature_key_of_metadata(spec.metadata)
        if feature is None:
            return self._prefixed(spec.key)
        return self.key or self._upstream_key(registered(feature).spec)

    def _completed(self, spec: dg.AssetSpec, key: dg.AssetKey) -> dg.AssetSpec:
        feature = feature_key_of_metadata(spec.metadata)
        if feature is None:
            return spec if key == spec.key else spec.replace_attributes(key=key)
        definition = registered(feature)
        attributes = dagster_attributes(definition.spec)
        attributes.pop("asset_key", None)
        out = spec.replace_attributes(
            key=key,
            deps=self._deps(spec, definition),
            description=self._description(spec, definition),
            code_version=self._code_version(spec, definition),
            tags=_tags(spec, definition),
            kinds={*spec.kinds, DAGSTER_METAXY_KIND} if self.has_kind else set(spec.kinds),
            metadata=self._metadata(spec, definition),
        )
        return out.replace_attributes(**attributes) if attributes else out

    def _deps(self, spec: dg.AssetSpec, definition: FeatureDefinition) -> list[dg.AssetDep]:
        upstreams = [self._upstream_key(registered(dep.feature).spec) for dep in definition.spec.deps]
        out = {key: dg.AssetDep(key) for key in upstreams}
        out.update((dep.asset_key, dep) for dep in spec.deps)
        return list(out.values())

    def _description(self, spec: dg.AssetSpec, definition: FeatureDefinition) -> str | None:
        if spec.description is not None or not self.has_description:
            return spec.description
        return definition.feature_schema.get("description") or definition.spec.description

    def _code_version(self, spec: dg.AssetSpec, definition: FeatureDefinition) -> str | None:
        if not self.has_code_version:
            return spec.code_version
        given = [part for part in (spec.code_version or "").split(",") if part and not part.startswith(_CODE_VERSION)]
        return ",".join([*given, _CODE_VERSION + definition.spec.code_version])

    def _metadata(self, spec: dg.AssetSpec, definition: FeatureDefinition) -> dict[str, Any]:
        out = {
            **spec.metadata,
            DAGSTER_METAXY_FEATURE_METADATA_KEY: str(definition.key),
            DAGSTER_METAXY_INFO_METADATA_KEY: build_feature_info_metadata(definition),
        }
        if definition.is_external:
            return out
        if self.has_columns:
            out[DAGSTER_COLUMN_SCHEMA_METADATA_KEY] = _columns(spec, definition)
        if self.has_lineage and definition.spec.deps:
            out[DAGSTER_COLUMN_LINEAGE_METADATA_KEY] = self._lineage(spec, definition)
        return out

    def _lineage(self, spec: dg.AssetSpec, definition: FeatureDefinition) -> dg.TableColumnLineage:
        key_of = get_asset_key_for_metaxy_feature_spec if is_compat() else self._upstream_key
        out = lineage_columns(definition, None, key_of)
        given = plain_value(spec.metadata.get(DAGSTER_COLUMN_LINEAGE_METADATA_KEY))
        for column, deps in (given.deps_by_column if given is not None else {}).items():
            known = out.setdefault(column, [])
            known.extend(dep for dep in deps if dep not in known)
        return dg.TableColumnLineage(out)


def _with_specs(asset: dg.AssetsDefinition, specs: list[dg.AssetSpec]) -> dg.AssetsDefinition:
    """The asset with other specs. New upstreams become inputs that carry nothing: Dagster's own `map_asset_specs` adds
    them to the graph only, and a run would compute both assets in any order."""
    settings: dict[str, Any] = {**asset.get_attributes_dict(), "specs": specs}
    node = asset.node_def if asset.is_executable else None
    if isinstance(node, dg.OpDefinition):
        inputs = dict(asset.node_keys_by_input_name)
        given = set(inputs)
        known = {*inputs.values(), *(spec.key for spec in specs)}
        for key in dict.fromkeys(dep.asset_key for spec in specs for dep in spec.deps):
            if key not in known:
                inputs[_input_name(key, inputs)] = key
        if len(inputs) > len(given):
            ins = {**node.ins, **{name: dg.In(dg.Nothing) for name in inputs if name not in given}}
            settings["node_def"] = node.with_replaced_properties(name=node.name, ins=ins)
            settings["keys_by_input_name"] = inputs
    return type(asset).dagster_internal_init(**settings)


def _input_name(key: dg.AssetKey, taken: Container[str]) -> str:
    name = re.sub(r"\W", "_", "__".join(("upstream", *key.path)), flags=re.ASCII)
    while name in taken:
        name += "_"
    return name


def _columns(spec: dg.AssetSpec, definition: FeatureDefinition) -> dg.TableSchema:
    given = plain_value(spec.metadata.get(DAGSTER_COLUMN_SCHEMA_METADATA_KEY))
    columns = {column.name: column for column in build_column_schema(definition).columns}
    columns.update((column.name, column) for column in (given.columns if given is not None else ()))
    constraints = given.constraints if given is not None else None
    return dg.TableSchema(columns=sorted(columns.values(), key=lambda column: column.name), constraints=constraints)


def _tags(spec: dg.AssetSpec, definition: FeatureDefinition) -> dict[str, str]:
    return {
        **{name: value for name, value in spec.tags.items() if not name.startswith(_KIND_TAG)},
        DAGSTER_METAXY_PROJECT_TAG_KEY: definition.project,
        DAGSTER_METAXY_FEATURE_METADATA_KEY: definition.table_name,
    }
