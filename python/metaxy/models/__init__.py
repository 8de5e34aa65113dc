# SPDX-License-Identifier: Apache-2.0
"""Definitions, the graph, and what stands for them."""

from metaxy import _model_api

_model_api.install()
