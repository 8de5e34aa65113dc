// SPDX-License-Identifier: Apache-2.0
// DuckLakes on servers: a catalog in the PostgreSQL of tests/postgresql, files in the S3 of tests/s3.
#pragma once

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "support/lake.hpp"
#include "support/postgresql.hpp"

namespace metaxy::test {

inline constexpr const char* kS3Secret = "hidden/it's+=%&secret";

/// Host and port of the S3 server that the tests run beside.
inline std::string s3_address() {
  if (const char* given = std::getenv("METAXY_TEST_S3")) return given;
  std::string address;
  std::ifstream in("s3.address");  // in the folder that CTest runs its tests in
  if (!std::getline(in, address)) {
    throw std::runtime_error("no S3 server: run the test by `tests/s3/server.py run`");
  }
  return address;
}

/// A place of its own in the server's bucket.
inline nlohmann::json s3_storage() {
  static std::atomic<int> count = 0;
  const auto place = "s3://lake/ä lake " + std::to_string(::getpid()) + "." + std::to_string(++count) + "/";
  return {{"type", "s3"},          {"secret_name", "files"},
          {"data_path", place},    {"key_id", "metaxy-tests"},
          {"secret", kS3Secret},   {"endpoint", "http://" + s3_address()},
          {"region", "us-east-1"}, {"url_style", "path"}};
}

/// The server is reached by a socket in the folder that its URI ends with.
inline nlohmann::json postgresql_catalog() {
  const auto uri = postgresql_uri();
  return {{"type", "postgres"},     {"secret_name", "catalog"}, {"host", uri.substr(uri.find("host=") + 5)},
          {"database", "postgres"}, {"user", "metaxy"},         {"password", "hidden"}};
}

/// Options of a store in the lake of these settings.
inline stores::Options options_of(const nlohmann::json& lake, nlohmann::json config = nlohmann::json::object()) {
  config["extension_directory"] = METAXY_DUCKDB_EXTENSIONS;
  return {{"ducklake", lake.dump()}, {"config", config.dump()}};
}

/// A new lake with a catalog in a schema of its own.
inline nlohmann::json remote_lake(const nlohmann::json& storage) {
  return {
      {"catalog", postgresql_catalog()}, {"storage", storage}, {"attach_options", {{"metadata_schema", new_schema()}}}};
}

}  // namespace metaxy::test
