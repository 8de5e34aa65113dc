// SPDX-License-Identifier: Apache-2.0
// Which names projects may have.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace metaxy::project {

/// The project of features when nothing names one.
inline constexpr std::string_view kDefaultProject = "default";

/// What is wrong with a project's name; absent when it is fine.
std::optional<std::string> project_name_fault(std::string_view name);

}  // namespace metaxy::project
