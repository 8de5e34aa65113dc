// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>

#include "store/session.hpp"
#include "stores/clickhouse/options.hpp"

namespace metaxy::stores::clickhouse {

/// Makes the description; nothing is contacted. Requires: at least one host.
std::unique_ptr<store::Store> make_store(Options options);

/// The same from options as they are configured. Throws: InvalidArgument naming every wrong one.
std::unique_ptr<store::Store> make_configured_store(const std::map<std::string, std::string>& options);

}  // namespace metaxy::stores::clickhouse
