# SPDX-License-Identifier: Apache-2.0
"""What a store says about itself, and when it is open."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from metaxy import _core, _settings
from metaxy._core import FeatureKey
from metaxy._errors import with_code
from metaxy.metadata_store.exceptions import HashAlgorithmNotSupportedError, StoreNotOpenError
from metaxy.metadata_store.fallback import FallbackStoreList
from metaxy.metadata_store.types import AccessMode
from metaxy.models.feature_graph import FeatureGraph
from metaxy.versioning.types import HashAlgorithm

if TYPE_CHECKING:
    import narwhals as nw
    from typing_extensions import Self

    from metaxy.metadata_store.base import MetadataStore

__all__ = ["MetadataStoreConfig", "OpenableStore", "VersioningEngineOptions"]

VersioningEngineOptions = Literal["auto", "native", "polars"]


class MetadataStoreConfig(BaseModel):
    """Settings that every store has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fallback_stores: list[str] = Field(default_factory=list, description="stores to read what this one lacks")
    hash_algorithm: HashAlgorithm | None = Field(default=None, description="absent: the store's default")
    versioning_engine: VersioningEngineOptions = Field(default="auto", description="kept for compatibility")
    auto_create_tables: bool | None = Field(default=None, description="absent: as the configuration says")


class OpenableStore:
    """The part of a store that is there before it is open; see MetadataStore."""

    _default_algorithm = HashAlgorithm.XXHASH32
    # For the compatibility mode: whose frames the reference's store gives, and whether it warns of creating tables.
    _reference_engine = "polars"
    _warns_of_new_tables = False

    def __init__(
        self,
        *,
        name: str | None = None,
        hash_algorithm: HashAlgorithm | None = None,
        versioning_engine: VersioningEngineOptions = "auto",
        fallback_stores: Sequence[MetadataStore | str] | None = None,
        auto_create_tables: bool | None = None,
        materialization_id: str | None = None,
    ) -> None:
        if versioning_engine not in ("auto", "native", "polars"):
            raise with_code(
                ValueError(f"versioning_engine is {versioning_engine!r}"),
                "invalid_argument",
                "it should be auto, native or polars",
            )
        self._name = name
        self._hash_algorithm = None if hash_algorithm is None else _algorithm(hash_algorithm)
        self._versioning_engine = versioning_engine
        self._fallbacks = FallbackStoreList(fallback_stores, parent_hash_algorithm=self._hash_algorithm)
        self._auto_create_tables = auto_create_tables
        self._materialization_id = materialization_id
        self._config: Any = None
        self._forget_use()

    def _forget_use(self) -> None:
        self._lock = threading.RLock()
        self._uses: list[tuple[int, AccessMode]] = []
        self._entered: list[AbstractContextManager[Any]] = []
        self._sessions: dict[AccessMode, _core.OpenStore] = {}

    # What a kind of store says about itself.

    def _core_options(self) -> tuple[str, dict[str, str]]:
        """The core's name of the kind, and its options as text."""
        raise NotImplementedError(f"{type(self).__name__} is not a store of its own")

    @classmethod
    def config_model(cls) -> type[MetadataStoreConfig]:
        """The settings of this class in configuration files."""
        return MetadataStoreConfig

    @classmethod
    def from_config(cls, config: MetadataStoreConfig, **kwargs: Any) -> Self:
        """A store from its settings; only those that were set are passed on."""
        fields = type(config).model_fields  # an argument is called as the setting is, where a field cannot be
        settings = {fields[name].alias or name: getattr(config, name) for name in config.model_fields_set}
        out = cls(**{**settings, **kwargs})
        from metaxy.config import active

        out._config = out._fallbacks.config = active()
        return out

    def display(self) -> str:
        """The store in one line, without secrets."""
        return f"{type(self).__name__}({self._description.info()['location']})"

    @cached_property
    def _description(self) -> _core.Store:
        return self._make_description()

    def _make_description(self) -> _core.Store:
        kind, options = self._core_options()
        return _core.Store(kind, options)

    @property
    def name(self) -> str | None:
        """What messages and fallback lists call the store."""
        return self._name

    @property
    def materialization_id(self) -> str | None:
        """Stamped on every record that is written, unless a write says otherwise."""
        return self._materialization_id

    @property
    def qualified_class_name(self) -> str:
        """The class as `module.QualName`."""
        return f"{type(self).__module__}.{type(self).__qualname__}"

    @property
    def auto_create_tables(self) -> bool:
        """Whether a write may create the feature's table."""
        from metaxy.config import active

        return self._creates_tables(active())

    @property
    def versioning_engine(self) -> VersioningEngineOptions:
        """As it was given; kept for compatibility."""
        return self._versioning_engine

    @property
    def hash_algorithm(self) -> HashAlgorithm:
        """Of this store's digests: as it was asked for, as it remembers, or its default."""
        if self._hash_algorithm is not None:
            return self._hash_algorithm
        if self._sessions:
            return HashAlgorithm(next(iter(self._sessions.values())).hash_settings()[1])
        info = self._description.info()
        return HashAlgorithm(info["reference_algorithm" if _settings.is_compat() else "default_algorithm"])

    @property
    def hash_truncation_length(self) -> int:
        """Characters of a digest."""
        if self._sessions:
            return next(iter(self._sessions.values())).hash_settings()[2]
        return _settings.version_settings()[1]

    @property
    def fallback_stores(self) -> FallbackStoreList:
        """Stores that are read for what this one lacks, nearest first. Their names are looked up when they are used."""
        return self._fallbacks

    def native_implementation(self) -> nw.Implementation:
        """The library of the frames that come out."""
        import narwhals as nw

        from metaxy.metadata_store.reference import gives_relations

        return nw.Implementation.IBIS if gives_relations(self) else nw.Implementation.POLARS  # type: ignore[arg-type]

    # Opening.

    @contextmanager
    def open(self, mode: AccessMode = "r") -> Iterator[Self]:
        """Opens the store to read (`r`) or also to write (`w`); uses can lie one within another.

        Raises:
            HashAlgorithmNotSupportedError: the store cannot compute the digests that are asked for.
        """
        if mode not in ("r", "w"):
            raise with_code(ValueError(f"mode is {mode!r}"), "invalid_argument", "it should be 'r' or 'w'")
        use = (threading.get_ident(), mode)
        with self._lock:
            if not self._uses:
                self.validate_hash_algorithm()
            self._uses.append(use)
        try:
            self._session(mode)
            yield self
        finally:
            with self._lock:
                self._uses.reverse()
                self._uses.remove(use)
                self._uses.reverse()
                if not self._uses:
                    self._sessions.clear()

    def __enter__(self) -> Self:
        context = self.open("r")
        context.__enter__()
        self._entered.append(context)
        return self

    def __exit__(self, *raised: Any) -> None:
        self._entered.pop().__exit__(*raised)

    @property
    def _mode(self) -> AccessMode | None:
        """How this thread has the store open, or else any other thread."""
        with self._lock:
            own = [mode for thread, mode in self._uses if thread == threading.get_ident()]
            return own[-1] if own else (self._uses[-1][1] if self._uses else None)

    def _check_open(self) -> None:
        if self._mode is None:
            raise with_code(
                StoreNotOpenError(f"{self!r} must be opened before use"),
                "invalid_argument",
                "use it within `with store:` or `with store.open('w'):`",
            )

    def _check_writable(self) -> None:
        self._check_open()
        if self._mode != "w":
            raise with_code(
                StoreNotOpenError(f"{self!r} is open in read mode. Write operations require write mode"),
                "invalid_argument",
                "write within `with store.open('w'):`",
            )

    def _session(self, mode: AccessMode) -> _core.OpenStore:
        with self._lock:
            known = self._sessions.get("w") or self._sessions.get(mode)
            if known is None:
                others = [store._to_open() for store in self._all_fallbacks()]
                known = _core.OpenStore(self._to_open(), others, mode == "w", _settings.is_compat())
                self._sessions[mode] = known
            return known

    def _all_fallbacks(self) -> list[MetadataStore]:
        out: list[MetadataStore] = []
        for store in self.fallback_stores:
            for found in (store, *store._all_fallbacks()):
                if found is not self and found not in out:
                    out.append(found)
        return out

    def _to_open(self) -> tuple[str, _core.Store, int | None, str | None, int | None]:
        algorithm = self._hash_algorithm.value if self._hash_algorithm is not None else None
        format, length = _settings.requested_settings()
        return (self._name or type(self).__name__, self._description, format, algorithm, length)

    def _supported_algorithms(self) -> list[str]:
        return self._description.info()["algorithms"]

    def validate_hash_algorithm(self, check_fallback_stores: bool = True) -> None:
        """Raises: HashAlgorithmNotSupportedError; ValueError when a fallback store has another algorithm."""
        wanted = self._hash_algorithm
        known = self._supported_algorithms()
        if wanted is not None and wanted.value not in known:
            raise with_code(
                HashAlgorithmNotSupportedError(
                    f"Hash algorithm {wanted.value!r} not supported by {self!r}. "
                    f"Supported algorithms: {', '.join(known)}"
                ),
                "unsupported",
                "choose one of those",
            )
        if not check_fallback_stores or not self._fallbacks.all_resolved:
            return
        for store in self._fallbacks:
            if store.hash_algorithm != self.hash_algorithm:
                raise ValueError(
                    f"fallback store {store!r} uses hash_algorithm='{store.hash_algorithm.value}' but {self!r} uses "
                    f"'{self.hash_algorithm.value}'; stores of a fallback chain must use the same hash algorithm"
                )

    def _prepared(self, mode: AccessMode | None = None, *, keys: Sequence[FeatureKey] | None = None) -> _core.OpenStore:
        """The open store, told of the active graph and configuration."""
        from metaxy.config import active

        session = self._session(mode or self._mode or "r")
        config = active()
        graph = FeatureGraph.get_active()
        format, _, length = session.hash_settings()
        core = graph._core(keys, with_schema=mode == "w", settings=(format, length))
        session.use(core, graph._stamped_project(), self._materialization_id, self._creates_tables(config))
        return session

    def _creates_tables(self, config: Any) -> bool:
        if self._auto_create_tables is not None:
            return self._auto_create_tables
        if self._config is not None and _settings.is_compat():
            config = self._config  # the one that the store was made by
        if config is not None and config.auto_create_tables is not None:
            return config.auto_create_tables
        return not _settings.is_compat()

    def __getstate__(self) -> dict[str, Any]:
        state = dict(self.__dict__)
        for name in ("_description", "_lock", "_uses", "_entered", "_sessions"):
            state.pop(name, None)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._forget_use()

    def __repr__(self) -> str:
        shown = self.display()
        return f"[{self._name}] {shown}" if self._name else shown

    __str__ = __repr__


def _algorithm(given: HashAlgorithm) -> HashAlgorithm:
    try:
        return HashAlgorithm(given)
    except ValueError as error:
        known = ", ".join(it.value for it in HashAlgorithm)
        raise with_code(
            ValueError(f"hash_algorithm: {error}"), "invalid_argument", f"it should be one of {known}"
        ) from None
