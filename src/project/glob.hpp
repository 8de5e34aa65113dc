// SPDX-License-Identifier: Apache-2.0
// Globs of files: `*`, `?` and `[…]` within a name, `**` for any number of folders; `\` quotes.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace metaxy::project {

/// True when the pattern names more than one path.
bool has_wildcard(std::string_view pattern);

/// The pattern below `folder`, whose own characters stand for themselves; absolute patterns stay.
std::string absolute_glob(const std::filesystem::path& folder, const std::string& pattern);

/// Existing regular files that an absolute pattern names, sorted bytewise. Names that begin with a dot are found only
/// by patterns that do; links to folders are not followed by `**`. Throws: Io for folders that cannot be listed.
std::vector<std::filesystem::path> expand_glob(const std::string& pattern);

}  // namespace metaxy::project
