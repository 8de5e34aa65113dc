#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fills ${METAXY_DEPS:-~/.cache/metaxy/deps} with the pinned dependencies that Debian does not carry:
#   duckdb-1.4.4/{include/duckdb.h,lib/libduckdb.so}   (npm carries the official library, a Go module its header)
#   duckdb-ext-1.4.4/                                  (DuckDB's own extensions for tests, signed: wheels on PyPI)
#   versitygw-1.8.0/versitygw                          (an S3 server for tests: a Go module, compiled here in minutes)
#   chdb-26.7.3/libchdb.so                             (a ClickHouse server for tests)
#   nanoarrow-0.9.0/                                   (C sources: the source archive of the Python package)
#   adbc-1.13.0/{manager/,drivers/*.so}                (ADBC's driver manager as C++ sources, which its Python wheel
#                                                       carries; drivers for tests)
# Every download is checked by SHA-256. What is already there is left alone, so it can be called every time.
set -eu

deps=${METAXY_DEPS:-$HOME/.cache/metaxy/deps}
mkdir -p "$deps"
work=$(mktemp -d "$deps/.fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM

fail() {
  echo "fetch_deps: $1" >&2
  exit 1
}

need() {
  command -v "$1" >/dev/null 2>&1 || fail "$1 is missing: install the package $2 and try again"
}

# check FILE SHA256
check() {
  [ -f "$1" ] || fail "the download of $(basename "$1") left no file"
  have=$(sha256sum "$1" | cut -d' ' -f1)
  [ "$have" = "$2" ] || fail "$(basename "$1") has SHA-256 $have, expected $2"
}

fetch_duckdb_library() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) platform=linux-x64 sum=732fac4dc6b8f198870b9c4bb6ddf13544466daca00ad28ba2f1d80de5d7aa4b ;;
    *) fail "no pinned DuckDB library for $(uname -s) on $(uname -m); install DuckDB 1.4.4 yourself" ;;
  esac
  need npm npm
  (cd "$work" && npm pack --silent "@duckdb/node-bindings-$platform@1.4.4-r.4" >/dev/null)
  archive=$work/duckdb-node-bindings-$platform-1.4.4-r.4.tgz
  check "$archive" "$sum"
  tar -xzf "$archive" -C "$work" package/libduckdb.so
  cp "$work/package/libduckdb.so" "$work/duckdb/lib/libduckdb.so"
}

fetch_duckdb_header() {
  need go golang-go
  module=github.com/duckdb/duckdb-go-bindings@v0.3.4
  (cd "$work" && GOMODCACHE=$work/go GOFLAGS=-modcacherw GO111MODULE=on go mod download "$module")
  cp "$work/go/$module/include/duckdb.h" "$work/duckdb/include/duckdb.h"
  check "$work/duckdb/include/duckdb.h" cbe6a827284375c5a646b8f27dbd3a00808ce8738b5bbb49c190cb1e08540281
}

fetch_duckdb() {
  mkdir -p "$work/duckdb/include" "$work/duckdb/lib"
  fetch_duckdb_header
  fetch_duckdb_library
  rm -rf "$deps/duckdb-1.4.4"
  mv "$work/duckdb" "$deps/duckdb-1.4.4"
}

# fetch_extension PACKAGE NAME SHA256
fetch_extension() {
  python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$work" "duckdb-ext-$1==1.4.4.20260205"
  inside=duckdb_ext/extensions/v1.4.4/linux_amd64/$2.duckdb_extension
  python3 -m zipfile -e "$work"/duckdb_ext_"$1"-1.4.4*.whl "$work/unpacked"
  check "$work/unpacked/$inside" "$3"
  cp "$work/unpacked/$inside" "$work/extensions/v1.4.4/linux_amd64/"
}

fetch_extensions() {
  need python3 python3
  mkdir -p "$work/extensions/v1.4.4/linux_amd64"
  fetch_extension ducklake ducklake 72af7caca12b0ea82660382e35ef8a40318949471f7a39f5827aea4e27ca7082
  fetch_extension sqlite sqlite_scanner beaa9004d42f55f1a97c7a18c1b09040a01f7d56e853f8763d84480e787089e2
  fetch_extension postgres postgres_scanner 64db8117085954e3e505b91eabadead031e4bb47c9ebd7bcd3aa882761224506
  fetch_extension httpfs httpfs ff726450b5374caaf9ffd9ef8fd9ec40df19b514117f079de3611326432a6646
  rm -rf "$deps/duckdb-ext-1.4.4"
  mv "$work/extensions" "$deps/duckdb-ext-1.4.4"
}

# pip asks the build backend of a source archive for its metadata before it keeps the archive, which would configure
# the whole project (minutes). Only the archive is wanted, so a stand-in backend answers.
fetch_nanoarrow() {
  need python3 python3
  python3 -m pip --version >/dev/null 2>&1 || fail "pip is missing: install the package python3-pip and try again"
  mkdir "$work/backend"
  cat >"$work/backend/mesonpy.py" <<'END'
import os
def prepare_metadata_for_build_wheel(directory, config_settings=None):
    name = "nanoarrow-0.9.0.dist-info"
    os.makedirs(os.path.join(directory, name))
    with open(os.path.join(directory, name, "METADATA"), "w") as out:
        out.write("Metadata-Version: 2.1\nName: nanoarrow\nVersion: 0.9.0\n")
    return name
END
  PYTHONPATH=$work/backend python3 -m pip download --quiet --no-deps --no-build-isolation --no-binary nanoarrow \
    --dest "$work" nanoarrow==0.9.0
  check "$work/nanoarrow-0.9.0.tar.gz" 1ce15bbed8532839347faa78824c5dbd3769bff60661003e34c6fba5dd881bd3
  mkdir "$work/sources"
  tar -xzf "$work/nanoarrow-0.9.0.tar.gz" -C "$work/sources"
  rm -rf "$deps/nanoarrow-0.9.0"
  mv "$work/sources/nanoarrow-0.9.0" "$deps/nanoarrow-0.9.0"
}

# A whole ClickHouse server in one library; only tests need it (tests/clickhouse).
fetch_chdb() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) platform=linux-x64-gnu sum=c0d32b129e988f2b9a9a31c9141aecf5e1e2453f9a079efc4d36ab8e3f92b2ad ;;
    *) fail "no pinned ClickHouse library for $(uname -s) on $(uname -m)" ;;
  esac
  need npm npm
  (cd "$work" && npm pack --silent "@chdb/lib-$platform@26.7.3-stable.1" >/dev/null)
  archive=$work/chdb-lib-$platform-26.7.3-stable.1.tgz
  check "$archive" "$sum"
  mkdir "$work/chdb"
  tar -xzf "$archive" -C "$work/chdb" --strip-components=1 package/libchdb.so
  rm -rf "$deps/chdb-26.7.3" "$archive"
  mv "$work/chdb" "$deps/chdb-26.7.3"
}

# The sum is that of the module, whose go.sum has those of all that it is made of. One compiler at a time: some of its
# packages take gigabytes.
fetch_versitygw() {
  need go golang-go
  program=github.com/versity/versitygw
  mkdir "$work/versitygw"
  (
    cd "$work"
    export GOMODCACHE="$work/go" GOCACHE="$work/go-build" GOBIN="$work/versitygw" GOFLAGS=-modcacherw GO111MODULE=on
    go mod download -json "$program@v1.8.0" >module.json
    grep -q '"Sum": "h1:au+wI+aybno/STsQiSm35Uu6Q6iK5MWReQxgO6SEMFc="' module.json ||
      fail "$program has another sum than it should"
    echo "compiling an S3 server for the tests, which takes some minutes" >&2
    GOMAXPROCS=1 CGO_ENABLED=0 go install -p 1 -trimpath -ldflags "-s -w" "$program/cmd/versitygw@v1.8.0"
  )
  rm -rf "$deps/versitygw-1.8.0"
  mv "$work/versitygw" "$deps/versitygw-1.8.0"
}

# fetch_wheel PACKAGE VERSION SHA256 PLATFORM → unpacked in $work/wheel
fetch_wheel() {
  python3 -m pip download --quiet --no-deps --only-binary :all: --python-version 3.11 --platform "$4" --dest "$work" "$1==$2"
  archive=$(ls "$work/$(echo "$1" | tr - _)-$2"-*.whl)
  check "$archive" "$3"
  python3 -m zipfile -e "$archive" "$work/wheel"
}

fetch_adbc() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) ;;
    *) fail "no pinned ADBC drivers for $(uname -s) on $(uname -m)" ;;
  esac
  need python3 python3
  fetch_wheel adbc-driver-manager 1.13.0 2e5444a944e3c17c778601e35e83902e26d9571e77ca132b61f264c78346a06c manylinux_2_28_x86_64
  fetch_wheel adbc-driver-sqlite 1.13.0 fb51f307cb3c45aa5476c84eae83781079939832f35dd54611dbe6095627ca3d manylinux_2_28_x86_64
  fetch_wheel adbc-driver-postgresql 1.13.0 a86819ba7c79b1d067c4a5344358b4d346bab58e888d7879ed2b25d97cc59ba1 manylinux_2_28_x86_64
  mkdir -p "$work/adbc/manager" "$work/adbc/drivers"
  for part in adbc_driver_manager.cc adbc_driver_manager_api.cc adbc_driver_manager_driver_loading.cc \
    adbc_driver_manager_profiles.cc adbc_driver_manager_internal.h current_arch.h arrow-adbc toml++; do
    cp -r "$work/wheel/adbc_driver_manager/$part" "$work/adbc/manager/"
  done
  cp "$work"/wheel/adbc_driver_sqlite/libadbc_driver_sqlite.so "$work"/wheel/adbc_driver_postgresql/libadbc_driver_postgresql.so \
    "$work/adbc/drivers/"
  rm -rf "$deps/adbc-1.13.0"
  mv "$work/adbc" "$deps/adbc-1.13.0"
}

[ -f "$deps/duckdb-1.4.4/lib/libduckdb.so" ] && [ -f "$deps/duckdb-1.4.4/include/duckdb.h" ] || fetch_duckdb
[ -d "$deps/nanoarrow-0.9.0" ] || fetch_nanoarrow
[ -f "$deps/duckdb-ext-1.4.4/v1.4.4/linux_amd64/httpfs.duckdb_extension" ] || fetch_extensions
[ -f "$deps/chdb-26.7.3/libchdb.so" ] || fetch_chdb
[ -d "$deps/adbc-1.13.0" ] || fetch_adbc
[ -x "$deps/versitygw-1.8.0/versitygw" ] || fetch_versitygw
echo "$deps"
