// SPDX-License-Identifier: Apache-2.0
// Names of the columns that metaxy keeps beside a user's own (docs/format.md).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace metaxy::lineage {

inline constexpr std::string_view kProvenanceByField = "metaxy_provenance_by_field";
inline constexpr std::string_view kProvenance = "metaxy_provenance";
inline constexpr std::string_view kDataVersionByField = "metaxy_data_version_by_field";
inline constexpr std::string_view kDataVersion = "metaxy_data_version";
inline constexpr std::string_view kFeatureVersion = "metaxy_feature_version";
inline constexpr std::string_view kProjectVersion = "metaxy_project_version";
inline constexpr std::string_view kCreatedAt = "metaxy_created_at";
inline constexpr std::string_view kUpdatedAt = "metaxy_updated_at";
inline constexpr std::string_view kDeletedAt = "metaxy_deleted_at";
inline constexpr std::string_view kMaterializationId = "metaxy_materialization_id";

/// Columns of intermediate relations start with this; user columns must not.
inline constexpr std::string_view kInternalPrefix = "__mx_";

/// `names` without the system columns, order kept.
std::vector<std::string> user_columns(const std::vector<std::string>& names);
/// Pairs of each name with itself, to join by columns that both sides call the same.
std::vector<std::pair<std::string, std::string>> same_names(const std::vector<std::string>& names);
bool contains(const std::vector<std::string>& names, std::string_view name);

}  // namespace metaxy::lineage
