// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace metaxy::stores::sqlite {

inline constexpr std::string_view kMemory = ":memory:";

struct Options {
  std::string path;  ///< of a file; kMemory: gone with the store
  std::chrono::milliseconds lock_timeout{60000};
};

}  // namespace metaxy::stores::sqlite
