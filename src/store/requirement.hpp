// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "store/session.hpp"

namespace metaxy::store {

/// Throws what the requirement's `fault` makes of the first of its violations, if there is one.
void enforce(const Require& require, arrow::Stream violations);

}  // namespace metaxy::store
