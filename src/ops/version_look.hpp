// SPDX-License-Identifier: Apache-2.0
// Whether versions of samples, on their way into a store, are made of the versions of their fields.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <metaxy/arrow.hpp>
#include <metaxy/hash.hpp>
#include <metaxy/spec.hpp>

#include "arrow/view.hpp"
#include "lineage/provenance.hpp"

namespace metaxy::ops {

/// Looks at batches of one schema. What it does not know for sure it calls a contradiction.
class VersionLook {
 public:
  VersionLook(const spec::FeatureSpec& spec, const hash::Settings& settings, const ArrowSchema& schema);

  void look_at(const ArrowArray& batch);

  /// No provenance contradicts that of the fields.
  bool provenance_agrees() const { return provenance_agrees_; }
  /// No data version contradicts those of the fields.
  bool data_version_agrees() const { return data_version_agrees_; }

 private:
  /// The version of the sample and of its fields, in the order of the feature's.
  struct Columns {
    std::size_t whole;
    std::size_t by_field;
    std::vector<std::size_t> members;
  };
  struct Views {
    arrow::ArrayView whole;
    arrow::ArrayView by_field;
    const std::vector<std::size_t>& members;
  };
  std::optional<Columns> find(std::string_view whole, std::string_view by_field) const;
  Views look_into(const ArrowArray& batch, const Columns& columns) const;
  bool is_made_of_fields(const Views& versions, std::int64_t row);

  hash::Settings settings_;
  std::vector<std::string> names_;  ///< of the fields' members
  lineage::PreimageParts<std::size_t> parts_;
  const ArrowSchema& schema_;
  std::optional<Columns> provenance_;
  std::optional<Columns> data_version_;
  bool provenance_agrees_;
  bool data_version_agrees_;
  std::string preimage_;
  std::string made_;
};

}  // namespace metaxy::ops
