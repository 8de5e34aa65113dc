# SPDX-License-Identifier: Apache-2.0
"""The server: `python -m metaxy.ext.mcp`, or `metaxy-mcp`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from metaxy._version import __version__
from metaxy.ext.mcp.tools import TOOLS

__all__ = ["create_server", "mcp", "run_server"]

_ABOUT = {"name": "metaxy", "version": __version__, "website_url": "https://docs.metaxy.io/"}
_INSTRUCTIONS = (
    "metaxy knows features (tables of metadata about samples) and the stores that keep them. "
    "list_features and list_stores tell what there is, get_metadata reads records."
)


def create_server() -> Any:
    """A server with all tools: a `FastMCP` where the package fastmcp is installed, else an `MCPServer` of mcp.

    Example:
        >>> create_server().name
        'metaxy'
    """
    try:
        from fastmcp import FastMCP
    except ImportError:
        return _of_mcp()
    server = FastMCP(instructions=_INSTRUCTIONS, **_ABOUT)
    for tool in TOOLS:
        server.tool(tool)
    return server


def _of_mcp() -> Any:
    from mcp.server import MCPServer

    server = MCPServer(instructions=_INSTRUCTIONS, **_ABOUT)
    for tool in TOOLS:
        server.add_tool(_telling(tool))
    return server


def _telling(tool: Callable[..., Any]) -> Callable[..., Any]:
    """A tool whose errors reach the client with their text."""
    from mcp.server.mcpserver.exceptions import ToolError

    @wraps(tool)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return tool(*args, **kwargs)
        except Exception as error:
            hint = getattr(error, "hint", "")
            text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
            raise ToolError(f"{text} ({hint})" if hint and hint not in text else text) from error

    return call


def run_server() -> None:
    """Serves on standard input and output until the client goes away."""
    mcp.run(transport="stdio")


mcp = create_server()
