// SPDX-License-Identifier: Apache-2.0
// A regular file held open for reading, so that what is hashed is the file whose size and time are recorded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <metaxy/progress.hpp>

struct stat;

namespace metaxy::ingest {

/// Size and modification time; both the same: the file counts as unchanged.
struct Stamp {
  std::int64_t size = 0;
  Timestamp modified{};
  bool operator==(const Stamp&) const = default;
};

class OpenFile {
 public:
  /// Never blocks, also not on a FIFO. Throws: Io (missing, no permission, not a regular file).
  explicit OpenFile(const std::string& path);
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile();

  int descriptor() const { return descriptor_; }
  /// As it is now. Throws: Io.
  Stamp stamp() const;
  /// Fills `buffer` from `offset`; fewer bytes only at the end of the file. Throws: Io.
  std::size_t read_at(std::uint64_t offset, std::span<unsigned char> buffer) const;

 private:
  int descriptor_ = -1;
};

Stamp stamp_of(const struct ::stat& status);
/// What kind of thing a mode of stat(2) says that a path is, for example `a named pipe`.
std::string kind_of(unsigned mode);
/// The system's words for an errno, for example `permission denied`.
std::string system_words(int error);

}  // namespace metaxy::ingest
