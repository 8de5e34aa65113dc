# SPDX-License-Identifier: Apache-2.0
"""A server that tells assistants about features and metadata. Needs `pip install metaxy[mcp]`."""

from typing import Any

_LAZY = dict.fromkeys(("create_server", "mcp", "run_server"), "metaxy.ext.mcp.server")
__all__ = ["create_server", "mcp", "run_server"]


def __getattr__(name: str) -> Any:
    from metaxy._lazy import attribute

    return attribute(__name__, _LAZY, name)
