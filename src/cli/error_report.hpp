// SPDX-License-Identifier: Apache-2.0
// Errors as text for people and as one line of JSON for programs.
#pragma once

#include <string>

#include <metaxy/error.hpp>

#include "base/json.hpp"

namespace metaxy::cli {

/// `{"error", "message", "hint", "notes", "faults"}`; absent is null.
Json error_json(const Error& error);
Json fault_json(const Fault& fault);

}  // namespace metaxy::cli
