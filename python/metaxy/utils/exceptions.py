# SPDX-License-Identifier: Apache-2.0
"""Exceptions about definitions."""

from __future__ import annotations


class MetaxyError(Exception):
    """Everything that metaxy raises on purpose about definitions; `.code` and `.hint` say what and how to mend it."""

    is_user_code_error = False
    code = "internal"
    hint = ""


class MetaxyInvariantViolationError(MetaxyError):
    """Definitions that contradict what metaxy relies on."""

    is_user_code_error = True
    code = "invalid_spec"


class MetaxyEmptyCodeVersionError(MetaxyInvariantViolationError):
    """A field has no code version."""


class MetaxyMissingFeatureDependency(MetaxyInvariantViolationError):
    """A feature depends on one that the graph lacks."""

    code = "not_found"


class ExternalFeatureVersionMismatchError(MetaxyInvariantViolationError):
    """An external feature is stored with another version than its stand-in declares."""

    code = "conflict"
