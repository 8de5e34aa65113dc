# SPDX-License-Identifier: Apache-2.0
"""The reference's command line; see metaxy.cli.app."""
