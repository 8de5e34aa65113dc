# SPDX-License-Identifier: Apache-2.0
"""metaxy: which samples must be computed again, and why.

Names are imported when they are first used, so that `import metaxy` costs little.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

_HOMES = {
    "metaxy._core": "FeatureDep FeatureKey FeatureSpec FieldDep FieldKey FieldSpec FieldsMapping AllFieldsMapping "
    "DefaultFieldsMapping LineageRelationship __version__",
    "metaxy.models.types": "CoercibleToFeatureKey CoercibleToFieldKey FieldsMappingType SpecialFieldDep "
    "ValidatedFeatureKey ValidatedFeatureKeyAdapter ValidatedFeatureKeySequence ValidatedFeatureKeySequenceAdapter "
    "ValidatedFieldKey ValidatedFieldKeyAdapter ValidatedFieldKeySequence ValidatedFieldKeySequenceAdapter "
    "coerce_to_feature_key",
    "metaxy.models.feature_spec": "FeatureDepMetadata FeatureSpecWithIDColumns IDColumns",
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


def __getattr__(name: str) -> Any:
    from metaxy._lazy import attribute

    return attribute(__name__, _HOME_OF, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
