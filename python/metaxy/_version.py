# SPDX-License-Identifier: Apache-2.0
"""The version of this package."""

from metaxy._core import __version__

__all__ = ["__version__"]
