# SPDX-License-Identifier: Apache-2.0
"""Books, their chapters, and what all chapters of a book say together."""

__metaxy_project__ = "library"
