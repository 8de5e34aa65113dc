// SPDX-License-Identifier: Apache-2.0
// The program around the commands: finds the command, parses its options, runs it, reports errors.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace metaxy::cli {

/// Runs `mx` with its arguments (without the program's name). Nothing escapes but what the system throws at the
/// process.
Exit run(const std::vector<std::string>& arguments);

/// The help of `mx` (no words), of a group such as `list`, or of a command. Throws: UsageError for unknown words.
std::string render_help(const std::vector<std::string>& words);
/// The help of all commands as one Markdown page.
std::string render_markdown();

}  // namespace metaxy::cli
