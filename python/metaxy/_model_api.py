# SPDX-License-Identifier: Apache-2.0
"""What pydantic's models have beside values: gives it to the core's definitions, and to classes derived from them.

Nothing of pydantic is imported before it is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from metaxy import _core
from metaxy._restore import restore

_KEYS = (_core.FeatureKey, _core.FieldKey)
_MODELS = (
    _core.FieldDep,
    _core.FieldSpec,
    _core.FeatureDep,
    _core.FeatureSpec,
    _core.FieldsMapping,
    _core.DefaultFieldsMapping,
    _core.SpecificFieldsMapping,
    _core.AllFieldsMapping,
    _core.NoneFieldsMapping,
    _core.LineageRelationship,
    _core.IdentityRelationship,
    _core.AggregationRelationship,
    _core.ExpansionRelationship,
)
_OF_CLASSES = ("model_fields", "model_computed_fields", "model_config", "model_json_schema")


def shape_of(cls: type) -> Any:
    """The pydantic model that describes a definition."""
    from metaxy import _shapes

    return _shapes.shape_of(cls)


class OfShape:
    """A class attribute that is the describing model's."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, value: Any, cls: type) -> Any:
        return getattr(shape_of(cls), self.name)


def _members(self: Any) -> Iterator[tuple[str, Any]]:
    for name in shape_of(type(self)).model_fields:
        yield name, getattr(self, name)


def _members_set(self: Any) -> set[str]:
    fields = shape_of(type(self)).model_fields
    return {
        name
        for name, value in _members(self)
        if fields[name].is_required() or value != fields[name].get_default(call_default_factory=True)
    }


def _construct(cls: Any, _fields_set: set[str] | None = None, **values: Any) -> Any:
    return cls(**values)


def _writing(cls: Any) -> None:
    """`model_dump_json` with the options of `model_dump`, and `indent`."""
    plain = cls.model_dump_json

    def write(self: Any, *, indent: int | None = None, **how: Any) -> str:
        if indent is None and not how and "model_dump" not in type(self).__dict__:
            return str(plain(self))
        separators = (",", ":") if indent is None else None
        values = self.model_dump(**{**how, "mode": "json"})
        return json.dumps(values, indent=indent, separators=separators, ensure_ascii=False)

    cls.model_dump_json = write


def _validate(cls: Any, value: Any, **_: Any) -> Any:
    if isinstance(value, cls):
        return value
    return cls(**{name: item for name, item in dict(value).items() if name != "type"})


def _completing(cls: Any) -> None:
    """What alternatives of mappings and lineage lack: reading, copies and JSON."""
    cls.model_dump_json = lambda self, **_: json.dumps(self.model_dump(mode="json"), separators=(",", ":"))
    cls.model_validate_json = classmethod(lambda cls, text, **_: _validate(cls, json.loads(text)))
    cls.model_copy = lambda self, *, update=None, deep=False: _validate(
        type(self), {**self.model_dump(mode="json"), **(update or {})}
    )
    cls.model_validate = classmethod(_validate)


def _declares_members(cls: type) -> bool:
    """Whether a class adds fields or validators in pydantic's way."""
    annotations = cls.__dict__.get("__annotations__", {})
    return any(not name.startswith("_") for name in annotations) or any(
        type(value).__name__ == "PydanticDescriptorProxy" for value in cls.__dict__.values()
    )


def _derive(cls: type, **_: Any) -> None:
    """Makes members that a subclass declares as pydantic's models do work: defaults, new members, validators."""
    if not _declares_members(cls):
        return
    annotations = cls.__dict__.get("__annotations__", {})
    base = shape_of(cls.__mro__[1])
    namespace = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__annotations__": dict(annotations)}
    for name, value in list(cls.__dict__.items()):
        if name in annotations or type(value).__name__ == "PydanticDescriptorProxy":
            namespace[name] = value
            delattr(cls, name)
    shape = type(base)(cls.__name__, (base,), namespace)
    cls._shape = shape  # type: ignore[attr-defined]
    core: Any = next(it for it in cls.__mro__ if it.__module__ == _core.__name__)
    known = set(shape_of(core).model_fields)
    added = [name for name in shape.model_fields if name not in known]

    def initialise(self: Any, **given: Any) -> None:
        made = shape.model_validate(given)
        core.__init__(self, **{name: getattr(made, name) for name in shape.model_fields if name in known})
        for name in added:
            object.__setattr__(self, name, getattr(made, name))

    def dump(self: Any, **how: Any) -> dict[str, Any]:
        wanted = {name for name in added if name in (how.get("include") or added)} - set(how.get("exclude") or ())
        extra = shape.model_construct(**{name: getattr(self, name) for name in added})
        values = core.model_dump(self, **how)
        return {**values, **extra.model_dump(mode=how.get("mode", "python"), include=wanted)}

    def copied(self: Any, *, update: dict[str, Any] | None = None, deep: bool = False) -> Any:
        return type(self).model_validate({**self.model_dump(mode="json"), **(update or {})})

    if "__init__" not in cls.__dict__:
        cls.__init__ = initialise  # type: ignore[misc]
    if added:
        cls.model_dump = dump  # type: ignore[attr-defined]
        cls.model_copy = copied  # type: ignore[attr-defined]
        cls.__reduce__ = lambda self: (restore, (type(self), self.model_dump(mode="json")))  # type: ignore


def install() -> None:
    """Gives the core's definitions what pydantic's models have."""
    for cls in (*_KEYS, *_MODELS):
        for name in _OF_CLASSES:
            setattr(cls, name, OfShape(name))
        cls.model_construct = classmethod(_construct)  # type: ignore
    for cls in _MODELS:
        if not hasattr(cls, "model_validate"):
            _completing(cls)
        _writing(cls)
        cls.__init_subclass__ = classmethod(_derive)  # type: ignore
        cls.__iter__ = _members  # type: ignore
        cls.model_fields_set = property(_members_set)  # type: ignore
