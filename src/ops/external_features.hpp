// SPDX-License-Identifier: Apache-2.0
// Features of other projects: stand-ins in the graph give way to the definitions that the store keeps of them.
#pragma once

#include <string>
#include <vector>

#include "ops/opened.hpp"

namespace metaxy::ops {

/// Replaces the graph's external features, and adds the selected ones, with what was pushed last, together with
/// upstreams that these need. Without externals and selections the store is not asked.
/// Throws: Conflict when a definition is another than its stand-in says and that is to be an error; InvalidSpec when
/// the definitions do not fit together, for example in a cycle.
SyncResult sync_external_features(Opened& opened, const SyncOptions& options);

}  // namespace metaxy::ops
