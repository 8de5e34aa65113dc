// SPDX-License-Identifier: Apache-2.0
// What stands behind one sample in a store: its own records and those of its upstreams.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "ops/opened.hpp"

namespace metaxy::ops {

using SampleId = std::vector<std::pair<std::string, std::string>>;

/// A text of a row; absent when it is null or there is no such column.
std::optional<std::string> text_of(const Json& row, std::string_view name);
/// A field's member of a by-field column.
std::optional<std::string> member_of(const Json& row, std::string_view column, const spec::FieldKey& field);

/// One dependency of a sample.
struct UpstreamEvidence {
  std::vector<Json> records;  ///< as stored, the first of them
  std::uint64_t count = 0;
  std::map<spec::FieldKey, std::optional<std::string>> values;  ///< what a field's provenance is made from
  std::map<spec::FieldKey, std::string> group_preimages;        ///< N:1: bytes that the values are digests of
};

/// Throws: NotFound when nothing has been written for a required upstream.
UpstreamEvidence find_evidence(Opened& opened, const graph::FeaturePlan& plan, std::size_t dep,
                               const std::vector<std::string>& keys, const SampleId& id);

/// A sample's own records.
struct OwnRecords {
  std::vector<Json> records;  ///< the latest live ones, of whatever version; of 1:N all children
  bool childless = false;     ///< 1:N: instead the record of a parent without children
};
OwnRecords find_records(Opened& opened, const graph::FeaturePlan& plan, const SampleId& id);

}  // namespace metaxy::ops
