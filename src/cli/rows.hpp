// SPDX-License-Identifier: Apache-2.0
// Rows of a stream as a table, JSON or a file, the same for every command that gives rows.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <metaxy/arrow.hpp>
#include <metaxy/project.hpp>

#include "base/json.hpp"
#include "cli/options.hpp"

namespace metaxy::cli {

class Context;

/// Where rows go and how.
struct RowsTarget {
  std::string format;  ///< empty: by the file's ending, else table
  std::optional<std::string> output;
  std::optional<std::uint64_t> limit;
};

/// --format, --output and --limit, bound to `target`.
void declare_rows(Options& options, RowsTarget& target);

/// Refuses what cannot work before anything is computed. Throws: UsageError (binary on a terminal, unknown ending).
void check_rows_target(Context& context, const RowsTarget& target);

/// Refuses to write rows over the file of a store: the one that is used, or another that the project has.
void check_no_store(const project::Project& project, const std::optional<std::string>& store, const RowsTarget& target);

struct Tally {
  std::uint64_t rows = 0;                      ///< that went out
  std::uint64_t all = 0;                       ///< that came
  bool complete = true;                        ///< no more would have come
  std::map<std::string, std::uint64_t> words;  ///< of the column to tally, over all rows, with a limit over those given
};

/// Sends rows out. `head` are the members before `rows` in the JSON form; the words of the column `tallied` are
/// counted, and in the JSON form follow as `counts`. With a limit the stream is not read beyond it.
Tally send_rows(Context& context, arrow::Stream rows, const RowsTarget& target, const Json& head,
                const std::optional<std::string>& tallied = {});

}  // namespace metaxy::cli
