// SPDX-License-Identifier: Apache-2.0
// Another program that is asked something: it answers on its file descriptor 3.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <metaxy/progress.hpp>
#include <metaxy/project.hpp>

namespace metaxy::project {

struct Answer {
  std::string text;
  std::optional<int> exit_code;  ///< absent: ended by a signal
};

/// Starts `command` (its first word is the program's path) and waits until it has ended. Its standard input is empty
/// and its standard output is our standard error. A stop request is passed on as SIGINT. Throws: NotFound (no such
/// program), Io, Cancelled.
Answer ask(const std::vector<std::string>& command, const Environment& environment, const Watch& watch);

}  // namespace metaxy::project
