# SPDX-License-Identifier: Apache-2.0
"""What the active configuration says about versions."""

from __future__ import annotations

import os

_DEFAULT_LENGTH = {0: 8, 1: 32}


def is_compat() -> bool:
    """Whether the reference's defaults apply (docs/compat.md)."""
    from metaxy.config import active

    config = active()
    if config is not None and config.compat is not None:
        return config.compat == "0.1"
    return os.environ.get("METAXY_COMPAT", "") == "0.1"


def _requested_format() -> int | None:
    """The hash format that configuration or environment name."""
    from metaxy.config import active

    config = active()
    if config is not None and config.hash_format is not None:
        return config.hash_format
    given = os.environ.get("METAXY_HASH_FORMAT")
    return int(given) if given in ("0", "1") else None


def hash_format() -> int:
    """The hash format of new stores."""
    requested = _requested_format()
    if requested is not None:
        return requested
    return 0 if is_compat() else 1


def requested_settings() -> tuple[int | None, int | None]:
    """Format and digest length that the configuration asks of a store; None where it does not say."""
    from metaxy.config import active

    config = active()
    format = _requested_format()
    if config is None or "hash_truncation_length" not in config.model_fields_set:
        return format, None
    return format, config.hash_truncation_length


def version_settings() -> tuple[int, int]:
    """Format and length of definition-level versions."""
    from metaxy.config import active

    config = active()
    format = hash_format()
    length = config.hash_truncation_length if config is not None else None
    if length is None:
        given = os.environ.get("METAXY_HASH_TRUNCATION_LENGTH", "")
        length = int(given) if given.isdigit() else None
    if format == 1 or length is None:
        length = _DEFAULT_LENGTH[format]
    return format, length
