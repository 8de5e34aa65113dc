// SPDX-License-Identifier: Apache-2.0
// Turns the files of a folder into samples of a root feature (docs/ingest.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <metaxy/ops.hpp>

#include "ingest/fields.hpp"
#include "ingest/glob.hpp"
#include "ingest/sample_store.hpp"
#include "ingest/scan.hpp"

namespace metaxy::ingest {

struct Options {
  bool rehash = false;   ///< read files also when size and time are as known
  bool streams = false;  ///< fields named after elementary streams are versioned by these
  bool prune = false;    ///< soft-delete the samples of vanished files
  unsigned jobs = 0;     ///< threads that read; 0: one per core
  Selection selection;
  Watch watch;
};

struct Report {
  std::uint64_t added = 0;
  std::uint64_t changed = 0;
  std::uint64_t touched = 0;  ///< other time or place, same content: recorded, nothing becomes stale
  std::uint64_t unchanged = 0;
  std::uint64_t pruned = 0;
  std::vector<std::string> vanished;   ///< samples without a file, sorted; with `prune` they were deleted
  std::vector<Unreadable> unreadable;  ///< sorted; samples they had are left as they were
  std::vector<FieldSource> fields;     ///< what versions each field
};

/// Reads what is new or changed and writes it in batches, so that an interrupted run is continued by the next one.
/// Throws: InvalidArgument (the feature has dependencies or not just one id column, no folder), NotFound (feature,
/// folder), Io, Cancelled (what was read is kept), and what the store throws.
Report ingest(ops::MetadataStore& store, const spec::FeatureKey& feature, const std::filesystem::path& folder,
              const Options& options = {});

/// The same with samples kept anywhere.
Report ingest(SampleStore& store, const std::vector<FieldSource>& fields, const std::filesystem::path& folder,
              const Options& options);

}  // namespace metaxy::ingest
