# SPDX-License-Identifier: Apache-2.0
"""Temperatures of weather stations."""

__metaxy_project__ = "weather"
