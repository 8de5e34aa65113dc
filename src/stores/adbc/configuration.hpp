// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>

#include "store/local_parts.hpp"
#include "store/session.hpp"

namespace metaxy::stores::adbc {

/// The store that options describe. Throws: InvalidArgument naming every wrong option.
std::unique_ptr<store::Store> make_configured_store(const std::map<std::string, std::string>& options,
                                                    const store::EngineMaker& engine);

}  // namespace metaxy::stores::adbc
