#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `metaxy` is another name of `mx`; in the compatibility mode it is the reference's command line.
folder="$(dirname "$(readlink -f "$0")")"
if [ "$METAXY_COMPAT" = 0.1 ] && [ -x "$folder/python" ]; then
  exec "$folder/python" -m metaxy.cli.app "$@"
fi
exec "$folder/mx" "$@"
