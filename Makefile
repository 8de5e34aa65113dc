# SPDX-License-Identifier: Apache-2.0
# The entry points; each works on a fresh Debian-like machine as root or with sudo. CMake does the work.
SHELL := /bin/bash
.DEFAULT_GOAL := help
JOBS ?= $(shell nproc)
TEST_JOBS ?= 2
VENV := .venv
CLICKHOUSE := python3 tests/clickhouse/server.py
CLICKHOUSE_FILE := build/release/bench/clickhouse.uri
# Other build folders at the same depth, of this checkout or another, are answered from the cache.
export CCACHE_NOHASHDIR := 1
export CCACHE_BASEDIR := $(CURDIR)
# For what pip builds; the presets say it themselves.
export CMAKE_C_COMPILER_LAUNCHER := ccache
export CMAKE_CXX_COMPILER_LAUNCHER := ccache

.PHONY: help deps build test demo python wheel wheels sdist docs bench lint format sanitize model install-test clean
.NOTPARALLEL:

help: ## show this help
	@echo "metaxy: which samples must be computed again, and why"
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)$$/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 24

deps: ## install what is missing: Debian packages, pinned downloads
	@tools/install_packages.sh
	@tools/fetch_deps.sh >/dev/null

build: deps ## build/release/bin/mx and the library
	cmake --preset release
	cmake --build --preset release -j $(JOBS) --target mx metaxy_shared

test: deps ## build everything and run every test
	cmake --preset dev
	cmake --build --preset dev -j $(JOBS)
	python3 tools/run_tests.py build/dev -j $(TEST_JOBS)

demo: build ## metaxy on a folder of real media files
	python3 examples/media/demo.py --mx build/release/bin/mx

python: deps ## .venv with the Python package installed
	python3 -m venv $(VENV)
	$(VENV)/bin/python -m pip install --disable-pip-version-check .
	$(VENV)/bin/mx --version

wheel: deps ## dist/metaxy-*.whl for this Python, with all the libraries that it needs
	python3 tools/build_wheels.py

wheels: deps ## the same for every CPython from 3.10 on that is here, each tried in a clean environment
	python3 tools/build_wheels.py --all

sdist: ## dist/metaxy-*.tar.gz, which `pip install` builds
	python3 -m venv build/python-tools
	build/python-tools/bin/python -m pip install --quiet --disable-pip-version-check "scikit-build-core>=1.1,<2"
	build/python-tools/bin/python -c 'from scikit_build_core.build import build_sdist; build_sdist("dist")'

docs: wheel ## build/site: the documentation; the interfaces from the docstrings of the wheel and the C++ headers
	python3 -m venv build/docs-tools
	build/docs-tools/bin/python -m pip install --quiet --disable-pip-version-check -r tools/docs_requirements.txt
	build/docs-tools/bin/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps $$(ls -t dist/metaxy-*.whl | head -1)
	build/docs-tools/bin/mkdocs build --strict
	doxygen tools/Doxyfile

bench: deps ## measure; next to the reference with REFERENCE=<python of a venv that has it>
	cmake --preset release
	cmake --build --preset release -j $(JOBS) --target steps kernels writers mx clickhouse_server
	build/release/bench/kernels
	python3 bench/commands.py --mx build/release/bin/mx
	python3 bench/writers.py build/release/bench/writers
	test ! -x $(VENV)/bin/python || python3 tests/postgresql/server.py run $(VENV)/bin/python bench/lake_writers.py
	test ! -x $(VENV)/bin/python || $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check deltalake polars
	test ! -x $(VENV)/bin/python || $(VENV)/bin/python bench/delta.py $(if $(REFERENCE),--reference $(REFERENCE))
	python3 bench/compare.py --steps build/release/bench/steps $(if $(REFERENCE),--reference $(REFERENCE))
	python3 bench/sqlite.py --mx build/release/bin/mx
	python3 tests/postgresql/server.py run python3 bench/postgresql.py --mx build/release/bin/mx $(if $(REFERENCE),--reference $(REFERENCE))
	$(CLICKHOUSE) start $(CLICKHOUSE_FILE) build/release/tests/clickhouse/clickhouse_server $$(tools/fetch_deps.sh)/chdb-26.7.3/libchdb.so
	$(CLICKHOUSE) run $(CLICKHOUSE_FILE) python3 bench/clickhouse.py --mx build/release/bin/mx $(if $(REFERENCE),--reference $(REFERENCE)); \
	  status=$$?; $(CLICKHOUSE) stop $(CLICKHOUSE_FILE); exit $$status
	test ! -x $(VENV)/bin/python || $(VENV)/bin/python bench/python_package.py $(if $(REFERENCE),--reference $(REFERENCE))

lint: deps ## formatter and linter, findings are errors
	tools/lint.sh

format: deps ## let the formatter rewrite the sources
	tools/lint.sh --fix

sanitize: deps ## tests under address, undefined-behaviour and thread sanitizers
	cmake --preset asan
	cmake --build --preset asan -j $(JOBS)
	python3 tools/run_tests.py build/asan -j $(TEST_JOBS) --skip-label slow
	cmake --preset tsan
	cmake --build --preset tsan -j $(JOBS)
	python3 tools/run_tests.py build/tsan -j $(TEST_JOBS) --skip-label slow

model: deps ## 10,000 random steps on the store and on the oracle
	cmake --preset dev
	cmake --build --preset dev -j $(JOBS) --target properties
	RC_PARAMS="max_success=200 max_size=100" build/dev/tests/properties --gtest_filter='LongHistory*'

install-test: deps ## install into a scratch folder and use the library from there
	cmake --preset dev
	cmake --build --preset dev -j $(JOBS)
	ctest --test-dir build/dev --output-on-failure -R '^install\.'

clean: ## remove what was built; downloads stay in ~/.cache/metaxy
	rm -rf build demo
