// SPDX-License-Identifier: Apache-2.0
// Samples kept as records of a root feature.
#pragma once

#include <string>
#include <vector>

#include <metaxy/ops.hpp>

#include "ingest/fields.hpp"
#include "ingest/sample_store.hpp"

namespace metaxy::ingest {

/// Columns of the records besides the id.
inline constexpr std::string_view kSizeColumn = "size";                 ///< int64, bytes
inline constexpr std::string_view kModifiedColumn = "modified";         ///< timestamp[us, UTC]
inline constexpr std::string_view kMediaTypeColumn = "media_type";      ///< text
inline constexpr std::string_view kVersionedByColumn = "versioned_by";  ///< text: `file` or `streams`

class FeatureSamples : public SampleStore {
 public:
  /// Throws: InvalidArgument with every reason why the feature cannot hold files.
  FeatureSamples(ops::MetadataStore& store, const spec::FeatureSpec& feature, std::vector<FieldSource> fields);

  KnownSamples known() override;
  void write(std::span<const Sample> samples) override;
  std::uint64_t remove(std::span<const std::string> ids) override;

 private:
  arrow::Stream read_known();

  ops::MetadataStore& store_;
  spec::FeatureKey feature_;
  std::string id_column_;
  std::string location_column_;  ///< `path`, or `absolute_path` when the id is called `path`
  std::vector<FieldSource> fields_;
};

}  // namespace metaxy::ingest
