// SPDX-License-Identifier: Apache-2.0
// Filters of definitions, parsed early so that a slip shows before anything runs.
#pragma once

#include <optional>
#include <string>

#include <metaxy/error.hpp>

namespace metaxy::project {

/// What is wrong with a filter (message and hint only); absent when it parses.
std::optional<Fault> filter_fault(const std::string& filter);

}  // namespace metaxy::project
