// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <string>

namespace metaxy::stores::postgresql {

struct Options {
  std::string uri;                            ///< `postgresql://…` or `key=value …`; empty: the environment (PG*)
  std::map<std::string, std::string> params;  ///< libpq's keywords, which win over `uri`
  std::string schema;                         ///< empty: the first of the server's search path that exists
  std::chrono::milliseconds lock_timeout{30000};
};

}  // namespace metaxy::stores::postgresql
