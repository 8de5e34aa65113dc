// SPDX-License-Identifier: Apache-2.0
// Plays the steps of one increment case on an empty store and compares every increment with what is expected.
#pragma once

#include <memory>
#include <string>

#include <metaxy/ops.hpp>

#include "base/json.hpp"
#include "store/session.hpp"

namespace metaxy::conformance {

/// Fails the running test where an answer differs.
void replay(const Json& given, std::unique_ptr<store::Session> session, bool compat);

}  // namespace metaxy::conformance
