# SPDX-License-Identifier: Apache-2.0
"""Notes and what is counted in them."""

__metaxy_project__ = "notes"
