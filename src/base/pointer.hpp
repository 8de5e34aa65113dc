// SPDX-License-Identifier: Apache-2.0
// JSON pointers (RFC 6901): the way to a part of a value, for example `/deps/0/rename/size`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace metaxy {

/// The pointer to a member of what `parent` points to.
std::string pointer(const std::string& parent, std::string_view name);
/// The pointer to an item of a list.
std::string pointer(const std::string& parent, std::size_t item);

}  // namespace metaxy
