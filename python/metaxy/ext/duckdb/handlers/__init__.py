# SPDX-License-Identifier: Apache-2.0
"""What a DuckDB store can keep its tables in."""
