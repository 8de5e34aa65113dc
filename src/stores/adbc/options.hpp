// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

namespace metaxy::stores::adbc {

struct Options {
  std::string driver;                           ///< a path, or a name that the driver manager finds
  std::string entrypoint;                       ///< of the driver; empty: its usual one
  std::map<std::string, std::string> database;  ///< the driver's own options: `uri`, `username`, …
  std::string catalog;                          ///< empty: the connection's own
  std::string schema;                           ///< empty: the connection's own
  std::string dialect;                          ///< empty: as the driver says what it connects to
};

}  // namespace metaxy::stores::adbc
