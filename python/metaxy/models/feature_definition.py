# SPDX-License-Identifier: Apache-2.0
"""A feature with what surrounds it: project, schema, where it came from."""

from __future__ import annotations

import copy
import inspect
import json
import warnings
from typing import TYPE_CHECKING, Any, Literal

from pydantic_core import InitErrorDetails, ValidationError

from metaxy import _core, _settings
from metaxy._core import FeatureKey, FieldKey
from metaxy._definitions import FeatureSpec, core_spec
from metaxy._model_api import OfShape
from metaxy._warnings import ExternalFeatureVersionMismatchWarning
from metaxy.utils.exceptions import ExternalFeatureVersionMismatchError, MetaxyInvariantViolationError

if TYPE_CHECKING:
    from metaxy.models.feature import BaseFeature


class _VersionMismatchError(ExternalFeatureVersionMismatchError, ValueError):
    """Also what the reference raises where one feature is checked."""


OnVersionMismatch = Literal["warn", "error"]
_NO_PROJECT = InitErrorDetails(type="string_too_short", loc=("project",), input="", ctx={"min_length": 1})


class FeatureDefinition:
    """A feature as a graph holds it. Made by one of the class methods.

    Examples:
        >>> spec = FeatureSpec(key="video/raw", id_columns=["id"])
        >>> FeatureDefinition.external(spec=spec, project="media").is_external
        True
    """

    model_fields = OfShape("model_fields")
    model_config = OfShape("model_config")
    model_json_schema = OfShape("model_json_schema")

    def __init__(
        self,
        *,
        spec: FeatureSpec,
        feature_schema: dict[str, Any] | str | None = None,
        feature_class_path: str | None = None,
        project: str,
    ) -> None:
        if not project:
            raise ValidationError.from_exception_data("FeatureDefinition", [_NO_PROJECT])
        self.spec = FeatureSpec.model_validate(spec)
        self.feature_class_path = feature_class_path
        self.project = project
        self._schema = json.loads(feature_schema) if isinstance(feature_schema, str) else feature_schema
        self._class: type[BaseFeature] | None = None
        self._is_external = False
        self._provenance: dict[str, str] | None = None
        self._source: str | None = None
        self.on_version_mismatch: OnVersionMismatch = "warn"

    @classmethod
    def from_feature_class(cls, feature_cls: type[BaseFeature]) -> FeatureDefinition:
        """The definition of a class; its docstring describes the feature when the spec does not."""
        spec = feature_cls.spec()
        doc = feature_cls.__dict__.get("__doc__")
        if spec.description is None and doc:
            spec = spec.model_copy(update={"description": inspect.cleandoc(doc)})
        path = f"{feature_cls.__module__}.{feature_cls.__name__}"
        out = cls(spec=spec, feature_class_path=path, project=feature_cls.metaxy_project())
        out._class = feature_cls
        return out

    @classmethod
    def from_stored_data(
        cls,
        feature_spec: FeatureSpec | dict[str, Any] | str,
        feature_schema: dict[str, Any] | str,
        feature_class_path: str | None,
        project: str,
        source: str | None = None,
    ) -> FeatureDefinition:
        """What a store or a snapshot keeps of a feature. Raises: pydantic.ValidationError."""
        spec = json.loads(feature_spec) if isinstance(feature_spec, str) else feature_spec
        out = cls(
            spec=FeatureSpec.model_validate(spec),
            feature_schema=feature_schema,
            feature_class_path=feature_class_path,
            project=project,
        )
        out._source = source
        return out

    @classmethod
    def external(
        cls,
        *,
        spec: FeatureSpec,
        project: str,
        feature_schema: dict[str, Any] | None = None,
        provenance_by_field: dict[Any, str] | None = None,
        on_version_mismatch: OnVersionMismatch = "warn",
        source: str | None = None,
    ) -> FeatureDefinition:
        """A stand-in for a feature of another project, until the store tells its real definition.

        Args:
            provenance_by_field: versions of fields to use as given instead of computing them.
            on_version_mismatch: what to do when the real definition has another version.
        """
        out = cls(spec=spec, feature_schema=feature_schema or {}, project=project)
        out._is_external = True
        out.on_version_mismatch = on_version_mismatch
        out._source = source if source is not None else _caller(inspect.currentframe())
        if provenance_by_field is not None:
            out._provenance = {FieldKey(key).to_string(): value for key, value in provenance_by_field.items()}
        return out

    @property
    def feature_schema(self) -> dict[str, Any]:
        """JSON Schema of the feature's columns."""
        if self._schema is None:
            self._schema = self._class.model_json_schema() if self._class is not None else {}
        return self._schema

    @property
    def key(self) -> FeatureKey:
        """The feature's key."""
        return self.spec.key

    @property
    def table_name(self) -> str:
        """The name of the feature's table."""
        return self.spec.key.table_name

    @property
    def id_columns(self) -> tuple[str, ...]:
        """Columns that identify a sample."""
        return self.spec.id_columns

    @property
    def columns(self) -> list[str]:
        """Columns that the schema names."""
        return list(self.feature_schema.get("properties", {}))

    @property
    def is_external(self) -> bool:
        """Whether this is a stand-in for a feature of another project."""
        return self._is_external

    @property
    def source(self) -> str:
        """Where the definition came from."""
        return self._source or self.feature_class_path or "?"

    @property
    def feature_definition_version(self) -> str:
        """Digest of spec and schema."""
        return _core.definition_version(core_spec(self.spec), json.dumps(self.feature_schema))

    @property
    def has_provenance_override(self) -> bool:
        """Whether field versions are given. Raises: MetaxyInvariantViolationError for a feature that is not external."""
        if not self._is_external:
            raise MetaxyInvariantViolationError(
                f"feature {self.key} is not an external feature, so it has no given versions"
            )
        return bool(self._provenance)

    @property
    def provenance_by_field_override(self) -> dict[str, str]:
        """Versions of fields as given. Raises: MetaxyInvariantViolationError when there are none."""
        if not self.has_provenance_override:
            raise MetaxyInvariantViolationError(f"No provenance override set for feature {self.key}")
        return self._provenance or {}

    def check_version_mismatch(
        self,
        *,
        expected_version: str,
        actual_version: str,
        expected_version_by_field: dict[str, str],
        actual_version_by_field: dict[str, str],
    ) -> None:
        """Warns or raises, as the definition says, when the real feature has another version than this stand-in."""
        if expected_version == actual_version or not self._is_external:
            return
        text = mismatch_text(
            self.key, expected_version, actual_version, expected_version_by_field, actual_version_by_field
        )
        if self.on_version_mismatch == "error":
            raise _VersionMismatchError(text)
        warnings.warn(text, ExternalFeatureVersionMismatchWarning, stacklevel=2)

    def model_dump(self, *, mode: str = "python", include: Any = None, exclude: Any = None, **_: Any) -> dict[str, Any]:
        """JSON values: spec, schema as text (in the compatibility mode only with `mode="json"`), class path, project."""
        plain = mode != "json" and _settings.is_compat()
        schema = self.feature_schema
        values = {
            "spec": self.spec.model_dump(mode=mode),
            "feature_schema": schema if plain else json.dumps(schema, separators=(",", ":"), ensure_ascii=False),
            "feature_class_path": self.feature_class_path,
            "project": self.project,
        }
        left_out = set(exclude or ())
        return {name: it for name, it in values.items() if name not in left_out and name in (include or values)}

    def model_dump_json(self, **how: Any) -> str:
        """`model_dump()` as JSON text."""
        return json.dumps(self.model_dump(mode="json", **how), separators=(",", ":"), ensure_ascii=False)

    def model_copy(self, *, update: dict[str, Any] | None = None, deep: bool = False) -> FeatureDefinition:
        """The same with other members; they are not checked."""
        out = copy.deepcopy(self) if deep else copy.copy(self)
        given = dict(update or {})
        if "feature_schema" in given:
            given["_schema"] = given.pop("feature_schema")
        out.__dict__.update(given)
        return out

    @classmethod
    def model_validate(cls, value: Any, **_: Any) -> FeatureDefinition:
        """A definition from what `model_dump` gave. Raises: pydantic.ValidationError, KeyError."""
        if isinstance(value, cls):
            return value
        return cls(
            spec=FeatureSpec.model_validate(value["spec"]),
            feature_schema=value["feature_schema"],
            feature_class_path=value.get("feature_class_path"),
            project=value["project"],
        )

    @classmethod
    def model_validate_json(cls, text: str | bytes, **_: Any) -> FeatureDefinition:
        """A definition from what `model_dump_json` gave. Raises: pydantic.ValidationError, KeyError."""
        return cls.model_validate(json.loads(text))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from metaxy._pydantic import core_schema_of

        return core_schema_of(cls)

    def _core_definition(self, *, with_schema: bool) -> _core.Definition:
        return _core.Definition(
            spec=core_spec(self.spec),
            schema=json.dumps(self.feature_schema) if with_schema else "{}",
            class_path=self.feature_class_path,
            project=self.project,
            is_external=self._is_external,
            provenance=self._provenance,
            strict=self.on_version_mismatch == "error",
        )

    def _parts(self) -> tuple[Any, ...]:
        return (self.spec, self.feature_schema, self.feature_class_path, self.project)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FeatureDefinition) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash((self.spec, self.feature_class_path, self.project))

    def __repr__(self) -> str:
        schema = f"feature_schema={self.feature_schema!r}, " if _settings.is_compat() else ""
        return (
            f"FeatureDefinition(spec={self.spec!r}, {schema}feature_class_path={self.feature_class_path!r}, "
            f"project={self.project!r})"
        )

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.__dict__ and name in ("spec", "feature_class_path", "project"):
            from metaxy._pydantic import frozen

            raise frozen("FeatureDefinition", name, value)
        super().__setattr__(name, value)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_schema": self.feature_schema, "_class": None}


def mismatch_text(
    key: FeatureKey,
    expected: str,
    actual: str,
    expected_by_field: dict[str, str],
    actual_by_field: dict[str, str],
) -> str:
    """Says which fields of an external feature have other versions than declared."""
    fields = sorted(
        name
        for name in {*expected_by_field, *actual_by_field}
        if expected_by_field.get(name) != actual_by_field.get(name)
    )
    text = f"Version mismatch for external feature '{key}': expected feature version '{expected}', got '{actual}'"
    lines = [
        f"  {name}: expected '{expected_by_field.get(name, 'nothing')}', got '{actual_by_field.get(name, 'nothing')}'"
        for name in fields
    ]
    return "\n".join([f"{text}; fields that differ:", *lines]) if lines else text


def _caller(frame: Any) -> str:
    frame = frame.f_back if frame is not None else None
    if frame is None:
        return "?"
    module = frame.f_globals.get("__name__", "?")
    name = frame.f_code.co_name
    if name == "<module>":
        return module
    name = getattr(frame.f_code, "co_qualname", name).replace("<locals>.", "")
    return f"{module}:{name}"
