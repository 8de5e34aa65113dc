// SPDX-License-Identifier: Apache-2.0
// The media type of a file by its content, never by its name.
#pragma once

#include <memory>
#include <string>

#include "ingest/open_file.hpp"

struct magic_set;

namespace metaxy::ingest {

/// libmagic with its database loaded; used by one thread at a time.
class MediaTypes {
 public:
  /// Throws: Io when the database of libmagic is missing.
  MediaTypes();
  /// For example `video/mp4`; `application/octet-stream` when unknown, `application/x-empty` without content. Throws:
  /// Io.
  std::string of(const OpenFile& file) const;

 private:
  struct Close {
    void operator()(magic_set* cookie) const;
  };
  std::unique_ptr<magic_set, Close> cookie_;
};

}  // namespace metaxy::ingest
