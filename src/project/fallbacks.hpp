// SPDX-License-Identifier: Apache-2.0
// Which stores a store is read over.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <metaxy/project.hpp>

namespace metaxy::project {

using Stores = std::map<std::string, StoreConfig>;

/// Adds a fault for every circle of fallback stores, at the setting that closes it.
void refuse_fallback_cycles(const Stores& stores, Faults& faults);

/// The fallbacks of a store and theirs, each once, in the order in which they are asked: what a fallback lacks, its own
/// fallbacks have before the next. Throws: NotFound for a store that is not configured. Requires: no circles.
std::vector<std::string> fallback_order(const Stores& stores, const std::string& name);

}  // namespace metaxy::project
