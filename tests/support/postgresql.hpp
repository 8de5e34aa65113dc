// SPDX-License-Identifier: Apache-2.0
// The PostgreSQL server that tests/postgresql/server.py started for the tests; every store has a schema of its own.
#pragma once

#include <unistd.h>

#include <atomic>
#include <cstdio>
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
  std::ifstream in("postgresql.uri");  // in the folder that CTest runs its tests in
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
  options.emplace("application_name", "metaxy " + options.emplace("schema", new_schema()).first->second);
  return stores::open_store("postgresql", options);
}

/// SQL as a second hand runs it: the text that psql prints.
inline std::string psql(const std::string& sql) {
  const auto command = "psql -X -q -A -t -d '" + postgresql_uri() + "' -c \"" + sql + "\" 2>&1";
  std::string out;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (!pipe) throw std::runtime_error("no psql");
  char part[4096];
  while (const auto got = std::fread(part, 1, sizeof part, pipe)) out.append(part, got);
  if (::pclose(pipe) != 0) throw std::runtime_error("psql: " + out);
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

/// Ends the server's processes for connections to a schema, as a crash or an administrator does.
inline void end_server_processes(const std::string& schema) {
  psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'metaxy " + schema + "'");
}

}  // namespace metaxy::test
