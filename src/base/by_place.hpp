// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <metaxy/error.hpp>

namespace metaxy {

/// Faults in the order of their places, files in the order of their names; those without a place come first.
std::vector<Fault> by_place(std::vector<Fault> faults);

}  // namespace metaxy
