# SPDX-License-Identifier: Apache-2.0
"""The command `metaxy-mcp`, or `python -m metaxy.ext.mcp`: the server on standard input and output."""

import sys


def main() -> int:
    """Serves until the client goes away; 1 when the library is missing."""
    try:
        from metaxy.ext.mcp.server import run_server
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith(("mcp", "fastmcp")):
            raise
        print("error: the MCP server needs the package mcp\nhint: pip install 'metaxy[mcp]'", file=sys.stderr)
        return 1
    run_server()
    return 0


if __name__ == "__main__":
    sys.exit(main())
