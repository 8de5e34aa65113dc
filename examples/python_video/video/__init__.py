# SPDX-License-Identifier: Apache-2.0
"""Loudness and brightness of short clips."""

__metaxy_project__ = "video"
