// SPDX-License-Identifier: Apache-2.0
// Patterns that choose files by their path below a folder.
#pragma once

#include <string>
#include <vector>

namespace metaxy::ingest {

/// True when `pattern` matches `path` (parts joined by `/`). `*`, `?` and `[…]` stay within a part, `**` stands for
/// any number of parts. A pattern without `/` is matched against the last part alone; a leading or trailing `/` of a
/// pattern with others is ignored.
bool glob_matches(const std::string& pattern, const std::string& path);
bool any_glob_matches(const std::vector<std::string>& patterns, const std::string& path);

/// Which files of a folder are meant.
struct Selection {
  std::vector<std::string> include;  ///< empty: all
  std::vector<std::string> exclude;  ///< stronger than `include`; a matching folder is not entered
  bool hidden = false;               ///< also names that begin with `.`

  /// Whether a path is meant, judging by the path alone.
  bool admits_file(const std::string& path) const;
  bool admits_folder(const std::string& path) const;

 private:
  bool admits_parts(const std::string& path) const;
};

}  // namespace metaxy::ingest
