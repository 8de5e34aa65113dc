# SPDX-License-Identifier: Apache-2.0
"""How the core's values are unpickled."""

from __future__ import annotations

from typing import Any


def restore(cls: Any, values: dict[str, Any]) -> Any:
    """A definition from its JSON form."""
    if hasattr(cls, "model_validate"):
        return cls.model_validate(values)
    return cls(**{name: value for name, value in values.items() if name != "type"})
