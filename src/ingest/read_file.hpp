// SPDX-License-Identifier: Apache-2.0
// Reads one file: what it is and the versions of its fields.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "ingest/fields.hpp"
#include "ingest/media_type.hpp"
#include "ingest/open_file.hpp"

namespace metaxy::ingest {

struct FileFacts {
  Stamp stamp;
  std::string media_type;
  std::vector<std::string> versions;  ///< in the order of the field sources
};

/// One thread's reader.
class FileReader {
 public:
  explicit FileReader(std::vector<FieldSource> sources) : sources_(std::move(sources)) {}

  /// A file that is no media container gives its whole digest to every field, so that no change goes unnoticed.
  /// Throws: Io (unreadable, broken, changed while it was read), Cancelled.
  FileFacts read(const std::string& location, const std::stop_token& stop = {}) const;

 private:
  std::vector<std::string> versions_of(const OpenFile& file, const std::string& media_type,
                                       const std::stop_token& stop) const;

  std::vector<FieldSource> sources_;
  MediaTypes media_types_;
};

}  // namespace metaxy::ingest
