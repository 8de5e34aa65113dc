// SPDX-License-Identifier: Apache-2.0
// One line on a terminal that shows how far long work is.
#pragma once

#include <metaxy/progress.hpp>

#include <chrono>
#include <mutex>
#include <string>

namespace metaxy::cli {

/// The line for a state: what, bar, counts; at most `width` columns.
std::string render_progress(const Progress& state, std::chrono::milliseconds elapsed, std::size_t width);

/// Draws on standard error; nothing in the first moments, so that quick work stays quiet. Any thread may call it.
class ProgressBar {
 public:
  void show(const Progress& state);
  void clear();

 private:
  using Time = std::chrono::steady_clock::time_point;
  std::mutex mutex_;
  Time begin_ = std::chrono::steady_clock::now();
  Time drawn_{};
  bool visible_ = false;
};

}  // namespace metaxy::cli
