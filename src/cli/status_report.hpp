// SPDX-License-Identifier: Apache-2.0
// Status of features as a table and as JSON. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <metaxy/error.hpp>
#include <metaxy/ops.hpp>

#include "base/json.hpp"
#include "cli/table.hpp"

namespace metaxy::cli {

/// What was learnt about a feature: its status, or why there is none.
struct StatusResult {
  spec::FeatureKey key;
  std::string version;
  std::optional<ops::FeatureStatus> status;
  std::optional<Error> error;

  bool needs_update() const { return status && status->needs_update(); }
  bool waits() const { return status && status->waiting > 0; }
};

/// missing, root_feature, needs_update, waiting (and nothing can be done here), up_to_date, no_input or error.
std::string category(const StatusResult& result);
/// The reference's shape; what a feature has not is null.
Json status_json(const std::vector<StatusResult>& results, const std::optional<std::string>& project_version);
Table status_table(const std::vector<StatusResult>& results);

}  // namespace metaxy::cli
