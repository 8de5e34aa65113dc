# SPDX-License-Identifier: Apache-2.0
"""metaxy: which samples must be computed again, and why.

Names are imported when they are first used, so that `import metaxy` costs little.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

# What type checkers and the documentation know; at run time `__getattr__` finds the same.
if TYPE_CHECKING:
    from metaxy._core import __version__ as __version__
    from metaxy._decorators import experimental as experimental
    from metaxy._decorators import public as public
    from metaxy._warnings import ExternalFeatureVersionMismatchWarning as ExternalFeatureVersionMismatchWarning
    from metaxy._warnings import UnresolvedExternalFeatureWarning as UnresolvedExternalFeatureWarning
    from metaxy.config import MetaxyConfig as MetaxyConfig
    from metaxy.config import StoreConfig as StoreConfig
    from metaxy.entrypoints import init as init
    from metaxy.entrypoints import load_features as load_features
    from metaxy.entrypoints import load_module_entrypoint as load_module_entrypoint
    from metaxy.entrypoints import load_package_entrypoints as load_package_entrypoints
    from metaxy.metadata_store.base import MetadataStore as MetadataStore
    from metaxy.metadata_store.system.storage import SystemTableStorage as SystemTableStorage
    from metaxy.metadata_store.types import AccessMode as AccessMode
    from metaxy.models.feature import BaseFeature as BaseFeature
    from metaxy.models.feature import FeatureConfig as FeatureConfig
    from metaxy.models.feature_definition import FeatureDefinition as FeatureDefinition
    from metaxy.models.feature_graph import FeatureGraph as FeatureGraph
    from metaxy.models.feature_graph import current_graph as current_graph
    from metaxy.models.feature_graph import get_feature_by_key as get_feature_by_key
    from metaxy.models.feature_graph import graph as graph
    from metaxy.models.feature_selection import FeatureSelection as FeatureSelection
    from metaxy.models.feature_spec import FeatureDep as FeatureDep
    from metaxy.models.feature_spec import FeatureDepMetadata as FeatureDepMetadata
    from metaxy.models.feature_spec import FeatureSpec as FeatureSpec
    from metaxy.models.feature_spec import FeatureSpecWithIDColumns as FeatureSpecWithIDColumns
    from metaxy.models.feature_spec import IDColumns as IDColumns
    from metaxy.models.field import FieldDep as FieldDep
    from metaxy.models.field import FieldSpec as FieldSpec
    from metaxy.models.fields_mapping import AllFieldsMapping as AllFieldsMapping
    from metaxy.models.fields_mapping import DefaultFieldsMapping as DefaultFieldsMapping
    from metaxy.models.fields_mapping import FieldsMapping as FieldsMapping
    from metaxy.models.lineage import LineageRelationship as LineageRelationship
    from metaxy.models.types import CoercibleToFeatureKey as CoercibleToFeatureKey
    from metaxy.models.types import CoercibleToFieldKey as CoercibleToFieldKey
    from metaxy.models.types import FeatureKey as FeatureKey
    from metaxy.models.types import FieldKey as FieldKey
    from metaxy.models.types import FieldsMappingType as FieldsMappingType
    from metaxy.models.types import SpecialFieldDep as SpecialFieldDep
    from metaxy.models.types import ValidatedFeatureKey as ValidatedFeatureKey
    from metaxy.models.types import ValidatedFeatureKeyAdapter as ValidatedFeatureKeyAdapter
    from metaxy.models.types import ValidatedFeatureKeySequence as ValidatedFeatureKeySequence
    from metaxy.models.types import ValidatedFeatureKeySequenceAdapter as ValidatedFeatureKeySequenceAdapter
    from metaxy.models.types import ValidatedFieldKey as ValidatedFieldKey
    from metaxy.models.types import ValidatedFieldKeyAdapter as ValidatedFieldKeyAdapter
    from metaxy.models.types import ValidatedFieldKeySequence as ValidatedFieldKeySequence
    from metaxy.models.types import ValidatedFieldKeySequenceAdapter as ValidatedFieldKeySequenceAdapter
    from metaxy.models.types import coerce_to_feature_key as coerce_to_feature_key
    from metaxy.utils.batched_writer import BufferedMetadataWriter as BufferedMetadataWriter
    from metaxy.utils.exceptions import ExternalFeatureVersionMismatchError as ExternalFeatureVersionMismatchError
    from metaxy.utils.exceptions import MetaxyMissingFeatureDependency as MetaxyMissingFeatureDependency
    from metaxy.utils.external_features import sync_external_features as sync_external_features
    from metaxy.versioning.types import HashAlgorithm as HashAlgorithm
    from metaxy.versioning.types import Increment as Increment
    from metaxy.versioning.types import LazyIncrement as LazyIncrement
    from metaxy.versioning.types import PolarsIncrement as PolarsIncrement
    from metaxy.versioning.types import PolarsLazyIncrement as PolarsLazyIncrement

_HOMES = {
    "metaxy._core": "__version__",
    "metaxy.models.field": "FieldDep FieldSpec",
    "metaxy.models.fields_mapping": "AllFieldsMapping DefaultFieldsMapping FieldsMapping",
    "metaxy.models.lineage": "LineageRelationship",
    "metaxy.models.types": "FeatureKey FieldKey CoercibleToFeatureKey CoercibleToFieldKey FieldsMappingType "
    "SpecialFieldDep ValidatedFeatureKey ValidatedFeatureKeyAdapter ValidatedFeatureKeySequence "
    "ValidatedFeatureKeySequenceAdapter "
    "ValidatedFieldKey ValidatedFieldKeyAdapter ValidatedFieldKeySequence ValidatedFieldKeySequenceAdapter "
    "coerce_to_feature_key",
    "metaxy.models.feature_spec": "FeatureDep FeatureSpec FeatureDepMetadata FeatureSpecWithIDColumns IDColumns",
    "metaxy.models.feature": "BaseFeature FeatureConfig",
    "metaxy.models.feature_graph": "FeatureGraph current_graph get_feature_by_key graph",
    "metaxy.models.feature_definition": "FeatureDefinition",
    "metaxy.models.feature_selection": "FeatureSelection",
    "metaxy.metadata_store.base": "MetadataStore",
    "metaxy.metadata_store.types": "AccessMode",
    "metaxy.metadata_store.system.storage": "SystemTableStorage",
    "metaxy.versioning.types": "HashAlgorithm Increment LazyIncrement PolarsIncrement PolarsLazyIncrement",
    "metaxy.utils.batched_writer": "BufferedMetadataWriter",
    "metaxy.utils.exceptions": "ExternalFeatureVersionMismatchError MetaxyMissingFeatureDependency",
    "metaxy.utils.external_features": "sync_external_features",
    "metaxy._warnings": "ExternalFeatureVersionMismatchWarning UnresolvedExternalFeatureWarning",
    "metaxy._decorators": "experimental public",
    "metaxy.config": "MetaxyConfig StoreConfig",
    "metaxy.entrypoints": "init load_features load_module_entrypoint load_package_entrypoints",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = sorted(_HOME_OF)

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        from metaxy._lazy import attribute

        return attribute(__name__, _HOME_OF, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
