# SPDX-License-Identifier: Apache-2.0
"""`python -m metaxy …` is `mx …`."""

from metaxy.cli.app import main

main()
