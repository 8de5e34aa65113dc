// SPDX-License-Identifier: Apache-2.0
// Turns Ctrl-C into a stop request; the second one ends the process at once.
#pragma once

#include <stop_token>
#include <thread>

namespace metaxy::cli {

/// While it lives, SIGINT and SIGTERM request a stop instead of ending the process. One at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  int pipe_[2] = {-1, -1};
  std::thread listener_;
};

}  // namespace metaxy::cli
