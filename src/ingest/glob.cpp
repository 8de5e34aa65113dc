// SPDX-License-Identifier: Apache-2.0
#include "ingest/glob.hpp"

#include <fnmatch.h>

#include <algorithm>

#include "base/text.hpp"

namespace metaxy::ingest {
namespace {

std::vector<std::string> parts_of(const std::string& text) {
  auto parts = split(text, '/');
  std::erase(parts, "");
  return parts;
}

bool parts_match(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  // reach[j]: the pattern parts so far can match the first j parts of the path.
  std::vector<char> reach(path.size() + 1, 0);
  reach[0] = 1;
  for (const auto& part : pattern) {
    std::vector<char> next(path.size() + 1, 0);
    if (part == "**") {
      const auto first = std::find(reach.begin(), reach.end(), 1) - reach.begin();
      std::fill(next.begin() + first, next.end(), 1);
    } else {
      for (std::size_t j = 0; j < path.size(); ++j)
        next[j + 1] = reach[j] && fnmatch(part.c_str(), path[j].c_str(), FNM_NOESCAPE) == 0;
    }
    reach = std::move(next);
    if (std::find(reach.begin(), reach.end(), 1) == reach.end()) return false;
  }
  return reach.back() != 0;
}

}  // namespace

bool glob_matches(const std::string& pattern, const std::string& path) {
  const auto wanted = parts_of(pattern);
  const auto parts = parts_of(path);
  if (wanted.empty() || parts.empty()) return false;
  if (wanted.size() == 1 && pattern.front() != '/') return parts_match(wanted, {parts.back()});
  return parts_match(wanted, parts);
}

bool any_glob_matches(const std::vector<std::string>& patterns, const std::string& path) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const auto& pattern) { return glob_matches(pattern, path); });
}

bool Selection::admits_parts(const std::string& path) const {
  std::string prefix;
  for (const auto& part : parts_of(path)) {
    if (!hidden && part.front() == '.') return false;
    prefix += (prefix.empty() ? "" : "/") + part;
    if (any_glob_matches(exclude, prefix)) return false;
  }
  return true;
}

bool Selection::admits_file(const std::string& path) const {
  return admits_parts(path) && (include.empty() || any_glob_matches(include, path));
}

bool Selection::admits_folder(const std::string& path) const { return admits_parts(path); }

}  // namespace metaxy::ingest
