# SPDX-License-Identifier: Apache-2.0
"""Feature classes that are SQLModel tables as well."""

# Annotations are not kept as text here: SQLModel reads them when it makes columns.
from typing import Any, ClassVar, TypedDict

from pydantic import AwareDatetime, ConfigDict
from sqlalchemy import JSON, DateTime
from sqlmodel import Field, SQLModel
from sqlmodel.main import SQLModelMetaclass

from metaxy._definitions import FeatureSpec
from metaxy._decorators import public
from metaxy._errors import with_code
from metaxy._settings import is_compat
from metaxy.ext.sqlalchemy.types import versions_by_field
from metaxy.ext.sqlmodel.metadata import filter_feature_sqlmodel_metadata
from metaxy.ext.sqlmodel.table_args import table_args
from metaxy.models.constants import (
    ALL_SYSTEM_COLUMNS,
    METAXY_DATA_VERSION_BY_FIELD,
    METAXY_PROVENANCE_BY_FIELD,
)
from metaxy.models.feature import BaseFeature

__all__ = [
    "BaseSQLModelFeature",
    "SQLModelFeatureConfig",
    "SQLModelFeatureMeta",
    "filter_feature_sqlmodel_metadata",
]

_PREFIX = "metaxy_"


@public
class SQLModelFeatureConfig(TypedDict, total=False):
    """What a feature's table gets; `feature_config["ext"]["sqlmodel"]` of a class, inherited by its subclasses.

    `inject_primary_key` makes feature version, id columns and time of update the primary key, `inject_index` adds an
    index of these columns.
    """

    inject_primary_key: bool
    inject_index: bool


@public
class SQLModelFeatureMeta(SQLModelMetaclass):
    """Gives feature classes with `table=True` the name and the options of their table."""

    def __new__(
        mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], *, spec: Any = None, **kwargs: Any
    ) -> Any:
        if spec is None or not kwargs.get("table"):
            return super().__new__(mcs, name, bases, namespace, **kwargs)
        wanted = FeatureSpec.model_validate(spec)
        _check_namespace(name, bases, namespace)
        config = _setting(bases, namespace, "feature_config", {}).get("ext", {}).get("sqlmodel", {})
        given = _setting(bases, namespace, "__table_args__", None)
        namespace["__tablename__"] = wanted.key.table_name
        namespace["__table_args__"] = table_args(
            name,
            given,
            wanted,
            primary_key=config.get("inject_primary_key", False),
            index=config.get("inject_index", False),
        )
        out = super().__new__(mcs, name, bases, namespace, **kwargs)
        _check_columns(out, wanted, config)
        for column in (METAXY_PROVENANCE_BY_FIELD, METAXY_DATA_VERSION_BY_FIELD):
            vars(out)[column].type = versions_by_field(field.key.to_struct_key() for field in wanted.fields)
        return out

    def __init__(
        cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], *, spec: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(name, bases, namespace, **kwargs)
        if spec is not None:
            cls._register(spec)


def _setting(bases: tuple[type, ...], namespace: dict[str, Any], name: str, default: Any) -> Any:
    """A class attribute of a class that is not made yet."""
    if name in namespace:
        return namespace[name]
    return next((getattr(base, name) for base in bases if getattr(base, name, None)), default)


def _check_namespace(name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> None:
    if "__tablename__" in namespace:
        raise _invalid(
            f"Cannot define custom __tablename__ in {name}: the table of a feature is named after its key",
            "leave it out; give the feature another key to name the table otherwise",
        )
    tables = [base.__name__ for base in bases if hasattr(base, "__table__")]
    if tables:
        raise _invalid(
            f"{name} inherits from {', '.join(tables)}, which is a table already",
            "put what both have into a class without `table=True`",
        )
    _refuse_reserved(name, [it for it in namespace if it in ALL_SYSTEM_COLUMNS or _PREFIX + it in ALL_SYSTEM_COLUMNS])


def _check_columns(cls: Any, spec: FeatureSpec, config: SQLModelFeatureConfig) -> None:
    own = [name for name in cls.model_fields if name not in ALL_SYSTEM_COLUMNS]
    named = {name: getattr(vars(cls).get(name), "name", None) or name for name in own}
    _refuse_reserved(cls.__name__, [name for name, column in named.items() if column in ALL_SYSTEM_COLUMNS])
    if not is_compat():
        _refuse_reserved(cls.__name__, [name for name in sorted(ALL_SYSTEM_COLUMNS) if _is_declared_anew(cls, name)])
    missing = [name for name in spec.id_columns if name not in named.values()]
    has_key = config.get("inject_primary_key") or config.get("inject_index")
    if missing and (has_key or not is_compat()):
        raise _invalid(
            f"id columns {', '.join(missing)} of feature {spec.key} are no columns of {cls.__name__}",
            "declare them as attributes",
        )


def _is_declared_anew(cls: Any, name: str) -> bool:
    of_base, own = BaseSQLModelFeature.model_fields[name], cls.model_fields[name]
    return (own.annotation, own.description) != (of_base.annotation, of_base.description)


def _refuse_reserved(class_name: str, names: list[str]) -> None:
    if names:
        raise _invalid(
            f"Cannot define SQLModel field(s) {', '.join(names)} in {class_name}: reserved for metaxy's own columns",
            f"those are {', '.join(sorted(ALL_SYSTEM_COLUMNS))}",
        )


def _invalid(message: str, hint: str) -> Exception:
    return with_code(ValueError(f"{message}; {hint}"), "invalid_spec", hint)


_BASE = BaseFeature.model_fields


def _text(name: str, **kwargs: Any) -> Any:
    return Field(**{"default": None, "nullable": False, "description": _BASE[name].description, **kwargs})


def _mapping(name: str) -> Any:
    return _text(name, sa_type=JSON)


def _moment(description: str | None, *, nullable: bool = False) -> Any:
    return Field(default=None, sa_type=DateTime(timezone=True), nullable=nullable, description=description)


@public
class BaseSQLModelFeature(SQLModel, BaseFeature, metaclass=SQLModelFeatureMeta):
    """Base of feature classes that are SQLModel tables as well. The table is named after the feature's key.

    Example:
        >>> from metaxy import FeatureGraph
        >>> with FeatureGraph().use():
        ...     class Clip(BaseSQLModelFeature, table=True, spec=FeatureSpec(key="plain/clip", id_columns=["clip_id"])):
        ...         clip_id: str = Field(primary_key=True)
        ...         path: str
        >>> Clip.__tablename__
        'plain__clip'
    """

    model_config = ConfigDict(frozen=False)
    feature_config: ClassVar[Any] = {}

    metaxy_provenance_by_field: dict[str, str] = _mapping("metaxy_provenance_by_field")
    metaxy_provenance: str | None = _text("metaxy_provenance")
    metaxy_feature_version: str | None = _text("metaxy_feature_version")
    # The reference describes this column otherwise here; descriptions count in definition versions.
    metaxy_project_version: str | None = _text(
        "metaxy_project_version", description="Hash of the entire feature graph snapshot"
    )
    metaxy_data_version_by_field: dict[str, str] | None = _mapping("metaxy_data_version_by_field")
    metaxy_data_version: str | None = _text("metaxy_data_version")
    metaxy_created_at: AwareDatetime | None = _moment(_BASE["metaxy_created_at"].description)
    metaxy_materialization_id: str | None = _text("metaxy_materialization_id", nullable=True)
    metaxy_updated_at: AwareDatetime | None = _moment("Timestamp when the metadata row was last updated (UTC)")
    metaxy_deleted_at: AwareDatetime | None = _moment(
        "Soft delete timestamp (UTC); null means active row", nullable=True
    )
