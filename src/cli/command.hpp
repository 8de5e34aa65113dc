// SPDX-License-Identifier: Apache-2.0
// A command of `mx` as data: name, help, options, action. Every command is one file `command_<name>.cpp` that defines
// one `Command`, and one row in commands.cpp.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include <metaxy/error.hpp>

#include "cli/options.hpp"

namespace metaxy::cli {

class Context;

/// What the process returns (DESIGN: exit codes).
enum class Exit { Done = 0, Failed = 1, Usage = 2, Pending = 3, Interrupted = 130 };

/// The action of a command whose options were parsed.
using Action = std::function<Exit(Context&)>;

struct Command {
  std::string_view name;      ///< one or two words: `read`, `graph render`
  std::string_view summary;   ///< one line for lists of commands
  std::string_view details;   ///< paragraphs for its own help; may be empty
  std::string_view examples;  ///< lines `mx …`, each optionally followed by `  # remark`
  Action (*declare)(Options&);
  std::string_view alias = {};  ///< another name that help does not show
};

/// All commands in the order of the help.
std::span<const Command* const> commands();

/// The caller used `mx` wrongly: exit code 2 and a pointer to the help.
class UsageError : public Error {
 public:
  explicit UsageError(std::string message, std::string hint = {})
      : Error(ErrorCode::InvalidArgument, std::move(message), std::move(hint)) {}
};

}  // namespace metaxy::cli
