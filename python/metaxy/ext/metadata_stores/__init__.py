# SPDX-License-Identifier: Apache-2.0
"""Where store classes used to be; their modules moved to `metaxy.ext`."""
