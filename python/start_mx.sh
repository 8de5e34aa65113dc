#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `mx` and its other name, `metaxy`: starts the program that lies in the package. In the compatibility mode `metaxy` is
# the reference's command line.
self=$(readlink -f "$0")
folder=${self%/*}
if [ "${self##*/}" = metaxy ] && [ "$METAXY_COMPAT" = 0.1 ] && [ -x "$folder/python" ]; then
  exec "$folder/python" -m metaxy.cli.app "$@"
fi
for package in "$folder"/../lib*/python3*/*-packages/metaxy "$folder"/../metaxy; do
  [ -x "$package/bin/mx" ] || continue
  # A wheel that brings libraries has its own libmagic, which reads no other's data.
  if [ -z "$MAGIC" ] && [ -d "$package.libs" ]; then export MAGIC="$package/lib/magic.mgc"; fi
  exec "$package/bin/mx" "$@"
done
echo "$0: the package metaxy does not lie where this program was installed; install it again with pip" >&2
exit 1
