# SPDX-License-Identifier: Apache-2.0
"""Warnings about definitions."""


class UnresolvedExternalFeatureWarning(UserWarning):
    """The store knows nothing of external features, so their stand-ins stay."""


class ExternalFeatureVersionMismatchWarning(UserWarning):
    """An external feature is stored with another version than its stand-in declares."""


class InvalidStoredFeatureWarning(UserWarning):
    """A stored definition cannot be read."""


class MovedMetadataStoreWarning(DeprecationWarning):
    """A store class is imported from where it used to be."""
