// SPDX-License-Identifier: Apache-2.0
#include "cli/store_options.hpp"

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/context.hpp"

namespace metaxy::cli {

void declare_store(Options& options, StoreOption& given) {
  options.text("--store", given.store, "NAME", "Store to use, by its name or URI (default: the configured one)");
}

void declare_fallback(Options& options, StoreOption& given) {
  options.flag("--no-fallback", given.no_fallback, "Only what is in the store itself, not in its fallback stores");
}

project::Project::Fallbacks fallbacks_of(const StoreOption& given) {
  return given.no_fallback ? project::Project::Fallbacks::Ignore : project::Project::Fallbacks::Read;
}

void declare_filters(Options& options, FilterOptions& given) {
  options.list("--filter", given.target, "COND", "SQL condition on the feature's own stored columns");
  options.list("--global-filter", given.global, "COND", "SQL condition on every feature involved");
  declare_stale_if(options, given.stale_if);
}

void declare_stale_if(Options& options, std::vector<std::string>& given) {
  options.list("--stale-if", given, "COND", "Samples whose stored columns meet it are stale whatever their version");
}

void add_feature_filter(const graph::FeatureGraph& graph, const std::string& option, const std::string& text,
                        std::map<spec::FeatureKey, ops::Filters>& filters) {
  const std::string form = "write KEY=COND, for example " + option + " \"video/raw=size > 1000\"";
  // A key holds no `=`.
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    throw UsageError(option + " " + quote(text) + " names no feature", form);
  const std::string_view key = trim(std::string_view(text).substr(0, equals));
  try {
    filters[find_feature(graph, key)].push_back(text.substr(equals + 1));
  } catch (const Error& error) {
    throw UsageError(option + " " + quote(text) + ": " + error.message(), error.hint().empty() ? form : error.hint());
  }
}

}  // namespace metaxy::cli
