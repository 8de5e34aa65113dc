// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace metaxy {

/// A hint for a failed system call, by its `errno`; empty where nothing general can be said.
std::string system_remedy(int code);

}  // namespace metaxy
