// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <metaxy/spec.hpp>

namespace metaxy::spec {

const std::vector<std::string>& system_columns() {
  static const std::vector<std::string> names = {"metaxy_provenance_by_field",
                                                 "metaxy_provenance",
                                                 "metaxy_feature_version",
                                                 "metaxy_project_version",
                                                 "metaxy_data_version_by_field",
                                                 "metaxy_data_version",
                                                 "metaxy_created_at",
                                                 "metaxy_updated_at",
                                                 "metaxy_deleted_at",
                                                 "metaxy_materialization_id"};
  return names;
}

bool is_system_column(std::string_view name) {
  const auto& names = system_columns();
  return name.starts_with("metaxy_") && std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace metaxy::spec
