# SPDX-License-Identifier: Apache-2.0
"""Feature classes."""

# Annotations are not kept as text here: pydantic would read those of the base again for every feature class.
import sys
from typing import Any, ClassVar, TypedDict

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from metaxy._definitions import FeatureSpec
from metaxy._errors import with_code
from metaxy.models.feature_definition import FeatureDefinition
from metaxy.models.feature_graph import FeatureGraph, current_graph, get_feature_by_key, graph
from metaxy.models.types import CoercibleToFeatureKey

__all__ = [
    "BaseFeature",
    "CoercibleToFeatureKey",
    "FeatureConfig",
    "FeatureDefinition",
    "FeatureGraph",
    "current_graph",
    "get_feature_by_key",
    "graph",
]


class FeatureConfig(TypedDict, total=False):
    """Settings of extensions for one feature class."""

    ext: dict[str, Any]


def _project_of(module_name: str, namespace: dict[str, Any]) -> str:
    """The project of a class: its own word, or its package's, or the package's name."""
    if "__metaxy_project__" in namespace:
        return namespace["__metaxy_project__"]
    package = module_name.partition(".")[0]
    project = getattr(sys.modules.get(package), "__metaxy_project__", None)
    if project is not None and not isinstance(project, str):
        raise TypeError(f"__metaxy_project__ of package {package} is {type(project).__name__} and should be a text")
    return project if project is not None else package


class BaseFeature(BaseModel):
    """Base of feature classes: the class keyword `spec` declares the feature, annotations its columns.

    Examples:
        >>> with FeatureGraph().use():
        ...     class Clip(BaseFeature, spec=FeatureSpec(key="clip", id_columns=["clip_id"])):
        ...         clip_id: str
        >>> Clip.table_name()
        'clip'
    """

    # Validators are built when a first instance is made; most feature classes never have one.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    _spec: ClassVar[FeatureSpec]
    graph: ClassVar[FeatureGraph]
    feature_config: ClassVar[FeatureConfig] = {}
    __metaxy_project__: ClassVar[str]

    metaxy_provenance_by_field: dict[str, str] = Field(
        default_factory=dict, description="Field-level provenance hashes (maps field names to hashes)"
    )
    metaxy_provenance: str | None = Field(default=None, description="Hash of metaxy_provenance_by_field")
    metaxy_feature_version: str | None = Field(
        default=None, description="Hash of the feature definition (dependencies + fields + code_versions)"
    )
    metaxy_project_version: str | None = Field(
        default=None, description="Hash of the entire feature graph project version"
    )
    metaxy_data_version_by_field: dict[str, str] | None = Field(
        default=None, description="Field-level data version hashes (maps field names to version hashes)"
    )
    metaxy_data_version: str | None = Field(default=None, description="Hash of metaxy_data_version_by_field")
    metaxy_created_at: AwareDatetime | None = Field(
        default=None, description="Timestamp when the metadata row was created (UTC)"
    )
    metaxy_materialization_id: str | None = Field(
        default=None, description="External orchestration run ID (e.g., Dagster Run ID)"
    )

    def __init_subclass__(cls, *, spec: FeatureSpec | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)

    @classmethod
    def __pydantic_init_subclass__(cls, *, spec: FeatureSpec | None = None, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if spec is not None:
            cls._register(spec)

    @classmethod
    def _register(cls, spec: Any) -> None:
        """Makes the class a feature of the active graph."""
        cls._spec = FeatureSpec.model_validate(spec)
        cls.__metaxy_project__ = _project_of(cls.__module__, dict(vars(cls)))
        cls.graph = FeatureGraph.get_active()
        cls.graph.add_feature(cls)

    @model_validator(mode="after")
    def _has_id_columns(self) -> "BaseFeature":
        missing = [name for name in type(self).spec().id_columns if name not in type(self).model_fields]
        if missing:
            raise ValueError(f"ID columns {', '.join(missing)} are not present in model fields of {type(self).__name__}")
        return self

    @classmethod
    def spec(cls) -> FeatureSpec:
        """The feature as written. Raises: AttributeError for a class without `spec`."""
        spec = getattr(cls, "_spec", None)
        if spec is None:
            raise with_code(
                AttributeError(f"class {cls.__qualname__} is no feature: it has no spec"),
                "invalid_spec",
                f"declare it by `class {cls.__name__}(BaseFeature, spec=FeatureSpec(…))`",
            )
        return spec

    @classmethod
    def metaxy_project(cls) -> str:
        """The project that the feature belongs to."""
        return cls.__metaxy_project__

    @classmethod
    def table_name(cls) -> str:
        """The name of the feature's table: the key's parts joined by `__`."""
        return cls.spec().key.table_name

    @classmethod
    def feature_version(cls) -> str:
        """In the graph that the class is registered in."""
        return cls.graph.get_feature_version(cls.spec().key)

    @classmethod
    def feature_spec_version(cls) -> str:
        """Digest of the spec as written, whatever it depends on."""
        return cls.spec().feature_spec_version

    @classmethod
    def provenance_by_field(cls) -> dict[str, str]:
        """Field versions by field key as text."""
        return cls.graph.get_feature_version_by_field(cls.spec().key)

    @classmethod
    def load_input(cls, joiner: Any, upstream_refs: dict[str, Any]) -> tuple[Any, dict[str, str]]:
        """Has a joiner of one's own join the upstreams; metaxy itself does not call it.

        Args:
            joiner: an object with `join_upstream(upstream_refs, feature_spec, feature_plan, upstream_columns,
                upstream_renames)`.
            upstream_refs: lazy frames by the upstreams' keys as texts.

        Returns:
            What the joiner gives: a lazy frame, and its name of every upstream's provenance column.
        """
        spec = cls.spec()
        return joiner.join_upstream(
            upstream_refs=upstream_refs,
            feature_spec=spec,
            feature_plan=cls.graph.get_feature_plan(spec.key),
            upstream_columns={str(dep.feature): dep.select for dep in spec.deps},
            upstream_renames={str(dep.feature): dep.rename for dep in spec.deps},
        )
