# SPDX-License-Identifier: Apache-2.0
"""The program `mx` for those who start it as a module of Python."""

from metaxy.cli.app import app, main

__all__ = ["app", "main"]
