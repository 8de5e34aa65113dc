// SPDX-License-Identifier: Apache-2.0
// What was pushed to a store, and when.
#pragma once

#include <vector>

#include <metaxy/ops.hpp>

#include "store/session.hpp"

namespace metaxy::ops {

/// As MetadataStore::history.
std::vector<Push> read_history(store::Session& session, const HistoryOptions& options);
/// `settings`: of the store, to make versions out of stored definitions.
std::vector<PushedVersion> read_feature_history(store::Session& session, graph::VersionSettings settings,
                                                const FeatureKey& feature, const HistoryOptions& options);

}  // namespace metaxy::ops
