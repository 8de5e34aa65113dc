// SPDX-License-Identifier: Apache-2.0
#include "cli/store_options.hpp"

namespace metaxy::cli {

void declare_store(Options& options, StoreOption& given) {
  options.text("--store", given.store, "NAME", "Store to use (default: the configured one)");
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
  options.list("--stale-if", given.stale_if, "COND",
               "Samples whose stored columns meet it are stale whatever their version");
}

}  // namespace metaxy::cli
