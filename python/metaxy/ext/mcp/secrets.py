# SPDX-License-Identifier: Apache-2.0
"""Settings without what opens doors, as `mx config print` shows them."""

from __future__ import annotations

import re
from typing import Any

_WORDS = "password|passwd|pwd|secret|token|credential|_key"
_NAMES = re.compile(rf"{_WORDS}|^key$", re.IGNORECASE)
_USER = re.compile(r"(?<=://)[^/@\s]+(?=@)")
_PARAMETERS = re.compile(rf"((?:^|[?&;\s])[\w-]*(?:{_WORDS})[\w-]*=)[^&;\s]+", re.IGNORECASE)


def without_secrets(value: Any) -> Any:
    """The same value with members that are named like secrets, and such parts of URIs, as `***`.

    Example:
        >>> without_secrets({"uri": "postgresql://me:pw@host/db?token=x", "aws_secret": "x", "port": 1})
        {'uri': 'postgresql://***@host/db?token=***', 'aws_secret': '***', 'port': 1}
    """
    if isinstance(value, dict):
        return {
            name: _masked(item) if _NAMES.search(str(name)) else without_secrets(item) for name, item in value.items()
        }
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    if isinstance(value, str):
        return _PARAMETERS.sub(r"\1***", _USER.sub("***", value))
    return value


def _masked(value: Any) -> Any:
    return "***" if isinstance(value, (str, int, float)) and not isinstance(value, bool) else without_secrets(value)
