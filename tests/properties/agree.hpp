// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>

#include <metaxy/ops.hpp>

namespace metaxy {

inline void agree(bool condition, const std::string& what) {
  if (!condition) throw std::logic_error("the store and the oracle differ in " + what);
}

/// When a step happens.
inline Timestamp time_of(int time) {
  constexpr std::chrono::seconds kStart{1'700'000'000};
  return Timestamp(kStart + std::chrono::seconds(time));
}

}  // namespace metaxy
