# SPDX-License-Identifier: Apache-2.0
"""The graph that features register in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ClassVar

from metaxy import _core, _settings
from metaxy._core import FeatureKey
from metaxy._errors import with_code
from metaxy.models.feature_definition import FeatureDefinition
from metaxy.models.plan import FeaturePlan, FQFieldKey
from metaxy.models.types import CoercibleToFeatureKey, coerce_to_feature_key
from metaxy.utils.exceptions import MetaxyMissingFeatureDependency

if TYPE_CHECKING:
    from metaxy._core import Graph
    from metaxy.models.feature import BaseFeature

__all__ = ["FeatureGraph", "current_graph", "get_feature_by_key", "graph"]

_SNAPSHOT = ("feature_spec", "feature_schema", "feature_class_path", "project")


class FeatureGraph:
    """Features by key, in the order in which they came. Versions are computed by the core when they are asked for.

    Examples:
        >>> import metaxy as mx
        >>> with FeatureGraph().use() as graph:
        ...     class Video(mx.BaseFeature, spec=mx.FeatureSpec(key="video", id_columns=["id"])):
        ...         id: str
        >>> graph.list_features()
        [video]
    """

    _context: ClassVar[ContextVar[FeatureGraph | None]] = ContextVar("metaxy_graph", default=None)
    _process: ClassVar[list[FeatureGraph]] = []

    def __init__(self) -> None:
        self._definitions: dict[FeatureKey, FeatureDefinition] = {}
        self._built: dict[Any, Graph] = {}

    @property
    def feature_definitions_by_key(self) -> dict[FeatureKey, FeatureDefinition]:
        """The definitions, in the order in which they came; not a copy."""
        return self._definitions

    def add_feature(self, feature: type[BaseFeature]) -> None:
        """Registers a class. Raises: ValueError when another feature has its key."""
        self.add_feature_definition(FeatureDefinition.from_feature_class(feature))

    def add_feature_definition(self, definition: FeatureDefinition, on_conflict: str = "raise") -> None:
        """Registers a definition. One that is not external takes the place of one that is; a class that is defined
        again takes its own place.

        Args:
            on_conflict: `raise` a ValueError, or `ignore` the newcomer, when another feature has its key.
        """
        if on_conflict not in ("raise", "ignore"):
            raise ValueError(f"on_conflict is {on_conflict!r} and should be 'raise' or 'ignore'")
        known = self._definitions.get(definition.key)
        if known is None or not self._keeps(known, definition, on_conflict):
            self._definitions[definition.key] = definition
            self._built.clear()

    @staticmethod
    def _keeps(known: FeatureDefinition, new: FeatureDefinition, on_conflict: str) -> bool:
        if known.is_external != new.is_external:
            return new.is_external
        if known.feature_class_path == new.feature_class_path:
            return False
        if on_conflict == "ignore":
            return True
        raise with_code(
            ValueError(
                f"Feature with key {new.key} already registered by {known.source}; {new.source} would register it again"
            ),
            "already_exists",
            "give one of the two another key",
        )

    def remove_feature(self, key: CoercibleToFeatureKey) -> None:
        """Raises: KeyError."""
        del self._definitions[self.get_feature_definition(key).key]
        self._built.clear()

    def get_feature_definition(self, key: CoercibleToFeatureKey) -> FeatureDefinition:
        """Raises: KeyError naming the known features."""
        wanted = coerce_to_feature_key(key)
        try:
            return self._definitions[wanted]
        except KeyError:
            known = ", ".join(sorted(map(str, self._definitions))) or "none"
            raise with_code(
                KeyError(f"No feature with key {wanted} found in graph. Available keys: {known}"),
                "not_found",
                "check the key, or import the module that declares the feature",
            ) from None

    def list_features(
        self, projects: list[str] | str | None = None, *, only_current_project: bool = True
    ) -> list[FeatureKey]:
        """Keys of the given projects, or of the configured one, or all."""
        if not only_current_project:
            return list(self._definitions)
        if isinstance(projects, str):
            projects = [projects]
        if projects is None:
            current = _configured_project()
            projects = [current] if current is not None else None
        return [key for key, it in self._definitions.items() if projects is None or it.project in projects]

    def get_feature_plan(self, key: CoercibleToFeatureKey) -> FeaturePlan:
        """Raises: KeyError, and MetaxyMissingFeatureDependency when an upstream is not in the graph."""
        wanted = self.get_feature_definition(key).key
        known = self._core([wanted]).plan(wanted)
        spec = self._definitions[wanted].spec
        parents = {
            field: [FQFieldKey(feature=parent, field=name) for parent, name in items]
            for field, items in known["fields"]
        }
        if not spec.deps:
            return FeaturePlan(spec, None, [] if _settings.is_compat() else None, parents)
        return FeaturePlan(spec, [self._definitions[dep.feature].spec for dep in spec.deps], spec.deps, parents)

    def get_feature_version(self, key: CoercibleToFeatureKey) -> str:
        """Digest of the versions of a feature's fields, and so of everything that they are computed from.

        Raises:
            KeyError: the graph has no such feature.
            MetaxyMissingFeatureDependency: an upstream is not in the graph.
        """
        wanted = self.get_feature_definition(key).key
        return self._core([wanted]).feature_version(wanted)

    def get_feature_version_by_field(self, key: CoercibleToFeatureKey) -> dict[str, str]:
        """Field versions by field key as text."""
        wanted = self.get_feature_definition(key).key
        return self._core([wanted]).versions_by_field(wanted)

    def get_field_version(self, key: FQFieldKey) -> str:
        """Raises: KeyError."""
        return self.get_feature_version_by_field(key.feature)[key.field.to_string()]

    def get_downstream_features(self, sources: Sequence[CoercibleToFeatureKey]) -> list[FeatureKey]:
        """Features that depend on any of `sources`, directly or not, upstreams first; in the compatibility mode with
        the sources themselves that are given otherwise than as keys."""
        keys = [coerce_to_feature_key(source) for source in sources]
        if _settings.is_compat():
            return self._reference_downstream(keys, {source for source in sources if isinstance(source, FeatureKey)})
        return self._core(None).downstream([key for key in keys if key in self._definitions])

    def _reference_downstream(self, keys: Sequence[FeatureKey], left_out: set[FeatureKey]) -> list[FeatureKey]:
        """As the reference sorts: the last visited first, whatever upstreams are missing."""
        dependents: dict[FeatureKey, list[FeatureKey]] = {}
        for key, it in self._definitions.items():
            for dep in it.spec.deps:
                dependents.setdefault(dep.feature, []).append(key)
        done: dict[FeatureKey, None] = {}
        visited: set[FeatureKey] = set()

        def visit(key: FeatureKey) -> None:
            if key not in visited:
                visited.add(key)
                for dependent in dependents.get(key, ()):
                    visit(dependent)
                done[key] = None

        for key in keys:
            visit(key)
        return [key for key in reversed(done) if key not in left_out]

    def topological_sort_features(
        self, feature_keys: Sequence[CoercibleToFeatureKey] | None = None, *, descending: bool = False
    ) -> list[FeatureKey]:
        """Upstreams first, or last when `descending`; among equals by key."""
        if _settings.is_compat():
            return self._reference_order(feature_keys, descending)
        wanted = None if feature_keys is None else [self.get_feature_definition(key).key for key in feature_keys]
        order = self._core(wanted).topological_order(wanted)
        return order[::-1] if descending else order

    def _reference_order(self, keys: Sequence[CoercibleToFeatureKey] | None, descending: bool) -> list[FeatureKey]:
        """As the reference sorts: keys that the graph lacks are kept, missing upstreams and circles passed over."""
        wanted = list(self._definitions) if keys is None else [coerce_to_feature_key(key) for key in keys]
        inside, done, out = set(wanted), set(), []

        def visit(key: FeatureKey) -> None:
            if key in done:
                return
            done.add(key)
            known = self._definitions.get(key)
            upstreams = {dep.feature for dep in known.spec.deps} if known is not None else set()
            for upstream in sorted(upstreams & inside, key=lambda it: str(it).lower()):
                visit(upstream)
            out.append(key)

        for key in sorted(inside, key=lambda it: str(it).lower()):
            visit(key)
        return out[::-1] if descending else out

    def get_project_version(self, project: str) -> str:
        """Digest of all features of a project that are not external."""
        members = [it for it in self._definitions.values() if not it.is_external and it.project == project]
        return _core.project_version([(it.key, it.feature_definition_version) for it in members])

    @property
    def project_version(self) -> str:
        """Of the configured project, or else of the only one. Raises: RuntimeError."""
        return self.get_project_version(_configured_project() or self.project)

    @property
    def project(self) -> str:
        """The project of all features that are not external. Raises: RuntimeError when there is none, or several."""
        projects = sorted({it.project for it in self._definitions.values() if not it.is_external})
        if len(projects) != 1:
            several = f"features from multiple projects ({', '.join(projects)})"
            found = several if projects else "no non-external features"
            raise RuntimeError(f"FeatureGraph contains {found}")
        return projects[0]

    @property
    def has_external_features(self) -> bool:
        """Whether there are stand-ins for features of other projects."""
        return any(it.is_external for it in self._definitions.values())

    def to_snapshot(self, project: str | None = None) -> dict[str, dict[str, Any]]:
        """A project's features as plain data, by key."""
        wanted = self.project if project is None else project
        return {
            str(key): {
                "feature_spec": it.spec.model_dump(mode="json"),
                "feature_schema": it.feature_schema,
                "metaxy_feature_version": self.get_feature_version(key),
                "metaxy_definition_version": it.feature_definition_version,
                "feature_class_path": it.feature_class_path,
                "project": it.project,
            }
            for key, it in self._definitions.items()
            if not it.is_external and it.project == wanted
        }

    @classmethod
    def from_snapshot(cls, snapshot_data: dict[str, dict[str, Any]]) -> FeatureGraph:
        """Raises: KeyError for entries that lack something."""
        out = cls()
        for key, data in snapshot_data.items():
            lacking = [name for name in _SNAPSHOT if name not in data]
            if lacking:
                raise KeyError(f"snapshot of feature {key} is missing required fields: {', '.join(lacking)}")
            out.add_feature_definition(
                FeatureDefinition.from_stored_data(
                    feature_spec=data["feature_spec"],
                    feature_schema=data["feature_schema"],
                    feature_class_path=data["feature_class_path"],
                    project=data["project"],
                )
            )
        return out

    @classmethod
    def get_active(cls) -> FeatureGraph:
        """The context's graph, or else the process's."""
        current = cls._context.get()
        return current if current is not None else cls._process[0]

    @classmethod
    def get(cls) -> FeatureGraph:
        """The same as `get_active`."""
        return cls.get_active()

    @classmethod
    def set_active(cls, reg: FeatureGraph) -> None:
        """Makes a graph the process's, and within a `with graph.use():` also that block's."""
        cls._process[:] = [reg]
        if cls._context.get() is not None:
            cls._context.set(reg)

    @contextmanager
    def use(self) -> Iterator[FeatureGraph]:
        """Makes this graph the active one within a `with` block."""
        token = FeatureGraph._context.set(self)
        try:
            yield self
        finally:
            FeatureGraph._context.reset(token)

    def _closure(self, keys: Sequence[FeatureKey]) -> list[FeatureDefinition]:
        found: dict[FeatureKey, FeatureDefinition] = {}
        waiting = [(key, key) for key in keys]
        while waiting:
            key, user = waiting.pop()
            if key in found:
                continue
            if key not in self._definitions:
                raise MetaxyMissingFeatureDependency(
                    f"feature '{user}' depends on '{key}' which is not in the graph; import its module, or declare it "
                    "by FeatureDefinition.external"
                )
            found[key] = self._definitions[key]
            waiting.extend((dep.feature, key) for dep in found[key].spec.deps)
        return [it for key, it in self._definitions.items() if key in found]

    def _stamped_project(self) -> str:
        """Whose project version records carry."""
        configured = _configured_project()
        if configured is not None:
            return configured
        projects = {it.project for it in self._definitions.values() if not it.is_external}
        return projects.pop() if len(projects) == 1 else "default"

    def _core(
        self,
        keys: Sequence[FeatureKey] | None,
        *,
        with_schema: bool = False,
        settings: tuple[int, int] | None = None,
    ) -> Graph:
        """The versioned graph of what `keys` need. Features that do not hang together do not disturb others.

        Args:
            settings: hash format and length; absent: as the configuration says.
        """
        settings = settings or _settings.version_settings()
        whole = (settings, with_schema)
        if whole in self._built:
            return self._built[whole]
        try:
            built = self._build(list(self._definitions.values()), settings, with_schema)
        except ValueError:
            if keys is None:
                self._closure(list(self._definitions))
                raise
            return self._build(self._closure(keys), settings, with_schema)
        self._built[whole] = built
        return built

    @staticmethod
    def _build(definitions: list[FeatureDefinition], settings: tuple[int, int], with_schema: bool) -> Graph:
        known = [it._core_definition(with_schema=with_schema) for it in definitions]
        return _core.Graph(known, settings[0], settings[1])

    def __getstate__(self) -> dict[str, Any]:
        return {"_definitions": self._definitions, "_built": {}}

    def __repr__(self) -> str:
        return f"FeatureGraph({', '.join(map(str, self._definitions))})"


graph = FeatureGraph()
FeatureGraph.set_active(graph)


def current_graph() -> FeatureGraph:
    """The active graph."""
    return FeatureGraph.get_active()


def get_feature_by_key(key: CoercibleToFeatureKey) -> FeatureDefinition:
    """A feature of the active graph. Raises: KeyError."""
    return current_graph().get_feature_definition(key)


def _configured_project() -> str | None:
    from metaxy.config import active

    config = active()
    return config.project if config is not None else None
