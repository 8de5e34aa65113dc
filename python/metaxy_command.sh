#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `metaxy` is another name of `mx`.
exec "$(dirname "$(readlink -f "$0")")/mx" "$@"
