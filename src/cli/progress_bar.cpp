// SPDX-License-Identifier: Apache-2.0
#include "cli/progress_bar.hpp"

#include <fmt/format.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/console.hpp"

namespace metaxy::cli {

namespace {

using std::chrono::milliseconds;
constexpr milliseconds kQuietAtFirst{400};
constexpr milliseconds kBetween{80};
constexpr std::size_t kBarWidth = 24;

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

void draw(const std::string& line) {
  const std::string text = "\r\x1b[K" + line;
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace

std::string render_progress(const Progress& state, milliseconds elapsed, std::size_t width) {
  std::string line = printable(state.what);
  if (state.total && *state.total > 0) {
    const std::uint64_t done = std::min(state.done, *state.total);
    const auto filled =
        static_cast<std::size_t>(static_cast<double>(done) / static_cast<double>(*state.total) * kBarWidth);
    line += fmt::format("  [{}{}] {}/{}", std::string(filled, '#'), std::string(kBarWidth - filled, '-'), done,
                        *state.total);
  } else if (state.done > 0) {
    line += fmt::format("  {}", state.done);
  }
  line += fmt::format("  {} s", elapsed.count() / 1000);
  return fit(line, width);
}

void ProgressBar::show(const Progress& state) {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (now - begin_ < kQuietAtFirst || now - drawn_ < kBetween) return;
  drawn_ = now;
  visible_ = true;
  const std::size_t width = terminal_width();
  draw(render_progress(state, std::chrono::duration_cast<milliseconds>(now - begin_), width > 1 ? width - 1 : 1));
}

void ProgressBar::clear() {
  const std::lock_guard lock(mutex_);
  if (visible_) draw("");
  visible_ = false;
  begin_ = std::chrono::steady_clock::now();
}

}  // namespace metaxy::cli
