#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages that building, testing and linting need, as root or with sudo, only what is missing.
set -eu

packages="g++ cmake ninja-build ccache pkg-config
libtomlplusplus-dev libcli11-dev nlohmann-json3-dev libfmt-dev libxxhash-dev libssl-dev libfarmhash-dev libcurl4-openssl-dev
libavformat-dev libavcodec-dev libavutil-dev libmagic-dev libgraphviz-dev graphviz
libgtest-dev libbenchmark-dev librapidcheck-dev libpq-dev libsqlite3-dev
ffmpeg doxygen openssl python3 python3-venv python3-dev ca-certificates clang-16 clang-format-16 clang-tidy-16"

# Programs that may come from elsewhere: Debian's package only when there is none on PATH.
command -v npm >/dev/null 2>&1 || packages="$packages npm"
command -v go >/dev/null 2>&1 || packages="$packages golang-go"
# Tests start servers of their own; the package must not make and start one for the machine.
if ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then packages="$packages postgresql-15"; fi
python3 -m pip --version >/dev/null 2>&1 || packages="$packages python3-pip"

missing=
for package in $packages; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=
  [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "install_packages: no apt-get here; install what corresponds to:$missing" >&2
  exit 1
fi
as_root=
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null 2>&1 || { echo "install_packages: run as root or install sudo; missing:$missing" >&2; exit 1; }
  as_root="sudo -E"
fi
echo "installing:$missing"
case $missing in
*postgresql-15*)
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    $as_root mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" | $as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  ;;
esac
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get -q update </dev/null
# shellcheck disable=SC2086  # a list of words
$as_root apt-get -q -y --no-install-recommends install $missing </dev/null
