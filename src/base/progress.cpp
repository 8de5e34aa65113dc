// SPDX-License-Identifier: Apache-2.0
#include <metaxy/error.hpp>
#include <metaxy/progress.hpp>

namespace metaxy {

Clock system_clock() {
  return [] { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); };
}

void Watch::throw_if_stopped() const {
  if (stop.stop_requested()) throw Error(ErrorCode::Cancelled, "interrupted");
}

void Watch::report(const Progress& state) const {
  if (progress) progress(state);
}

}  // namespace metaxy
