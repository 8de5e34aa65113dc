# SPDX-License-Identifier: Apache-2.0
"""`python -m metaxy …` is `python -m metaxy.cli.app …`."""

from metaxy.cli.app import main

if __name__ == "__main__":
    main()
