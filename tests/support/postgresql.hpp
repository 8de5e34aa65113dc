// SPDX-License-Identifier: Apache-2.0
// The PostgreSQL server that tests/postgresql/server.py started for the tests; every store has a schema of its own.
#pragma once

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

#include "stores/registry.hpp"

namespace metaxy::test {

inline std::string postgresql_uri() {
  if (const char* uri = std::getenv("METAXY_TEST_POSTGRESQL")) return uri;
  std::string uri;
  const char* file = std::getenv("METAXY_TEST_POSTGRESQL_FILE");
  std::ifstream in(file ? file : "");
  if (!std::getline(in, uri)) {
    throw std::runtime_error("no PostgreSQL server: run the test by `tests/postgresql/server.py run`");
  }
  return uri;
}

inline std::string new_schema() {
  static std::atomic<int> count = 0;
  return "test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
}

/// A store in a new schema.
inline std::unique_ptr<store::Store> postgresql_store(stores::Options options = {}) {
  options.emplace("uri", postgresql_uri());
  options.emplace("schema", new_schema());
  return stores::open_store("postgresql", options);
}

}  // namespace metaxy::test
