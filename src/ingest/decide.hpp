// SPDX-License-Identifier: Apache-2.0
// Compares what a store knows with what a folder holds. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "ingest/glob.hpp"
#include "ingest/scan.hpp"

namespace metaxy::ingest {

/// A sample that the store has.
struct Known {
  std::string location;
  Stamp stamp;
  std::string versioned_by;
  std::vector<std::string> versions;  ///< in the order of the field sources; empty: not comparable
  bool operator==(const Known&) const = default;
};
using KnownSamples = std::map<std::string, Known>;  ///< by id

struct ToDo {
  std::vector<FoundFile> to_read;
  std::uint64_t unchanged = 0;
  std::vector<std::string> vanished;  ///< sorted
};

/// A file is read unless the store has it with the same size, time, place and way of versioning. A known sample has
/// vanished when `selection` means it and nothing of its name, not even something unreadable, is there.
ToDo decide(const KnownSamples& known, const Scan& found, const Selection& selection, const std::string& versioned_by,
            bool rehash);

enum class Outcome { Added, Changed, Touched, Unchanged };
/// What reading a file has shown: `Touched` is the same content under another time, place or way of versioning.
Outcome compare(const Known* before, const Known& now);

}  // namespace metaxy::ingest
