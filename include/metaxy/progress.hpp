// SPDX-License-Identifier: Apache-2.0
// How long work is watched and stopped. Clock and progress are arguments: no room below `cli` looks at the
// terminal, the environment or the time by itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace metaxy {

/// A point in time, microseconds since the epoch, UTC.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// Tells the present time; tests give their own.
using Clock = std::function<Timestamp()>;

/// The system's clock.
Clock system_clock();

/// A state of some long work.
struct Progress {
  std::string what;                    ///< for example `hashing files`
  std::uint64_t done = 0;              ///< units done
  std::optional<std::uint64_t> total;  ///< all units, when known
};

/// Receives states of long work; called from any thread; may be empty.
using ProgressSink = std::function<void(const Progress&)>;

/// What every long operation is given: how to stop it and whom to tell.
struct Watch {
  std::stop_token stop;
  ProgressSink progress;

  /// Throws Error{Cancelled} when a stop was requested.
  void throw_if_stopped() const;
  /// Passes a state on when somebody listens.
  void report(const Progress& state) const;
};

}  // namespace metaxy
