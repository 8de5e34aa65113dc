// SPDX-License-Identifier: Apache-2.0
// Walks a folder. Looks at names, sizes and times only; nothing is opened for reading.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <metaxy/progress.hpp>

#include "ingest/glob.hpp"
#include "ingest/open_file.hpp"

namespace metaxy::ingest {

struct FoundFile {
  std::string path;      ///< below the folder, parts joined by `/`
  std::string location;  ///< absolute
  Stamp stamp;
};

/// A path that is there and cannot become a sample.
struct Unreadable {
  std::string path;    ///< below the folder; bytes that are not UTF-8 are shown as `\xnn`
  std::string reason;  ///< lower case
};

struct Scan {
  std::string root;                        ///< the folder's canonical path
  std::vector<FoundFile> files;            ///< sorted bytewise by path
  std::vector<Unreadable> unreadable;      ///< sorted likewise
  std::vector<std::string> blind_folders;  ///< could not be listed: what lies below is unknown, not vanished
};

/// Real folders are walked first; a link to a folder is followed when that folder was not walked already, so that
/// every folder is walked once and loops end. Links to files are files. Throws: NotFound or InvalidArgument
/// (`folder` is none), Io (cannot be listed), Cancelled.
Scan scan(const std::filesystem::path& folder, const Selection& selection, const Watch& watch = {});

}  // namespace metaxy::ingest
