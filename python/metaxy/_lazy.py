# SPDX-License-Identifier: Apache-2.0
"""Names that are imported when they are first used."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any


def attribute(package: str, homes: dict[str, str], name: str) -> Any:
    """What `package.name` means. `homes`: module by name. Raises: AttributeError."""
    home = homes.get(name)
    if home is None:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    setattr(sys.modules[package], name, value)
    return value
