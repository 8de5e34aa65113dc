// SPDX-License-Identifier: Apache-2.0
// Options that several commands on stores share.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <metaxy/project.hpp>

#include "cli/options.hpp"

namespace metaxy::cli {

struct StoreOption {
  std::optional<std::string> store;
  bool no_fallback = false;
};
void declare_store(Options& options, StoreOption& given);
/// --no-fallback, for commands that only read.
void declare_fallback(Options& options, StoreOption& given);
project::Project::Fallbacks fallbacks_of(const StoreOption& given);

/// --filter, --global-filter, --stale-if.
struct FilterOptions {
  std::vector<std::string> target;
  std::vector<std::string> global;
  std::vector<std::string> stale_if;
};
void declare_filters(Options& options, FilterOptions& given);
void declare_stale_if(Options& options, std::vector<std::string>& given);

/// Adds the condition of `KEY=COND`, the value of `option`, to those of its feature. Throws: UsageError.
void add_feature_filter(const graph::FeatureGraph& graph, const std::string& option, const std::string& text,
                        std::map<spec::FeatureKey, ops::Filters>& filters);

}  // namespace metaxy::cli
