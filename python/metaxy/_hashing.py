# SPDX-License-Identifier: Apache-2.0
"""Lengths of digests, as code written for the reference asks for them."""

from __future__ import annotations

from metaxy import _settings
from metaxy.versioning.types import HashAlgorithm

__all__ = [
    "MIN_TRUNCATION_LENGTH",
    "HashAlgorithm",
    "ensure_hash_compatibility",
    "get_hash_truncation_length",
    "truncate_hash",
]

MIN_TRUNCATION_LENGTH = 8


def get_hash_truncation_length() -> int:
    """Characters of a digest, as the active configuration says."""
    return _settings.version_settings()[1]


def truncate_hash(hash_str: str) -> str:
    """A digest cut to that length."""
    return hash_str[: get_hash_truncation_length()]


def ensure_hash_compatibility(hash1: str, hash2: str) -> bool:
    """Whether two digests can be of the same text: one begins with the other."""
    return hash1.startswith(hash2) or hash2.startswith(hash1)
