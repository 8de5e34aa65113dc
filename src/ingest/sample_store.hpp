// SPDX-License-Identifier: Apache-2.0
// What ingest needs of the place where samples are kept.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ingest/decide.hpp"

namespace metaxy::ingest {

/// A file as a sample.
struct Sample {
  std::string id;
  std::string media_type;
  Known known;
};

/// Used by one thread.
class SampleStore {
 public:
  SampleStore() = default;
  SampleStore(const SampleStore&) = delete;
  SampleStore& operator=(const SampleStore&) = delete;
  virtual ~SampleStore() = default;

  virtual KnownSamples known() = 0;
  /// All or none.
  virtual void write(std::span<const Sample> samples) = 0;
  /// Soft-deletes; gives how many there were.
  virtual std::uint64_t remove(std::span<const std::string> ids) = 0;
};

}  // namespace metaxy::ingest
