// SPDX-License-Identifier: Apache-2.0
#include "ingest/decide.hpp"

#include <algorithm>
#include <set>

namespace metaxy::ingest {
namespace {

bool lies_in(const std::string& path, const std::vector<std::string>& folders) {
  return std::ranges::any_of(folders, [&](const auto& folder) { return path.starts_with(folder + "/"); });
}

}  // namespace

ToDo decide(const KnownSamples& known, const Scan& found, const Selection& selection, const std::string& versioned_by,
            bool rehash) {
  ToDo todo;
  std::set<std::string> present;
  for (const auto& file : found.files) {
    present.insert(file.path);
    const auto sample = known.find(file.path);
    const bool same = sample != known.end() && sample->second.stamp == file.stamp &&
                      sample->second.location == file.location && sample->second.versioned_by == versioned_by;
    if (same && !rehash) {
      ++todo.unchanged;
    } else {
      todo.to_read.push_back(file);
    }
  }
  for (const auto& item : found.unreadable) present.insert(item.path);
  for (const auto& [id, sample] : known)
    if (!present.contains(id) && selection.admits_file(id) && !lies_in(id, found.blind_folders))
      todo.vanished.push_back(id);
  return todo;
}

Outcome compare(const Known* before, const Known& now) {
  if (!before) return Outcome::Added;
  if (*before == now) return Outcome::Unchanged;
  return before->versions == now.versions ? Outcome::Touched : Outcome::Changed;
}

}  // namespace metaxy::ingest
