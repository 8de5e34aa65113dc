// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "stores/clickhouse/options.hpp"

namespace metaxy::stores::clickhouse {

/// Reads `clickhouse://user:password@host:8123/database?secure=true`, or the same with http or https, several hosts
/// with commas between them; what it does not name stays as it is. Addresses of the native protocol
/// (clickhouse+native, port 9000 or 9440) mean the HTTP port beside it. Throws: InvalidArgument, without secrets.
void read_address(std::string_view uri, Options& options);

}  // namespace metaxy::stores::clickhouse
