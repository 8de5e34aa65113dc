// SPDX-License-Identifier: Apache-2.0
// Features of other projects as they were pushed last, to be kept beside a project.
#pragma once

#include <vector>

#include <metaxy/ops.hpp>

#include "store/session.hpp"

namespace metaxy::ops {

/// As MetadataStore::lock. `settings`: of the store.
std::vector<LockedFeature> lock(store::Session& session, graph::VersionSettings settings,
                                const std::vector<spec::FeatureDefinition>& own, const LockOptions& options);

}  // namespace metaxy::ops
