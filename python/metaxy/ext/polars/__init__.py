# SPDX-License-Identifier: Apache-2.0
"""Stores in open table formats."""
