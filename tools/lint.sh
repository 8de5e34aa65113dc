#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Formatter and linter over all sources; findings are errors. `--fix` lets the formatter rewrite instead.
# `lint.sh FILE…` looks only at these files.
set -euo pipefail
cd "$(dirname "$0")/.."

fix=false
[ "${1:-}" = --fix ] && { fix=true; shift; }
if [ $# -gt 0 ]; then
  sources=("$@")
else
  mapfile -t sources < <(git ls-files -co --exclude-standard '*.cpp' '*.hpp' | sort)
fi

if $fix; then
  exec clang-format-16 -i "${sources[@]}"
fi
clang-format-16 --dry-run --Werror "${sources[@]}"
python3 tools/check_includes.py

# clang-tidy wants to know how each file is compiled.
[ -f build/dev/compile_commands.json ] || cmake --preset dev >/dev/null
compiled=()
for source in "${sources[@]}"; do
  case $source in
    # Tests go through the formatter only: GoogleTest's macros make most findings there.
    tests/*) ;;
    *.cpp) if grep -qF "$PWD/$source\"" build/dev/compile_commands.json; then compiled+=("$source"); fi ;;
  esac
done
# clang 16 does not know every warning that g++ does; those are g++'s business.
printf '%s\0' "${compiled[@]}" |
  xargs -0 -P "$(nproc)" -n 4 clang-tidy-16 --quiet -p build/dev --warnings-as-errors='*' --extra-arg=-Wno-unknown-warning-option 2> >(grep -v 'warnings generated' >&2 || true)
echo "lint: nothing to object to in ${#sources[@]} files"
