// SPDX-License-Identifier: Apache-2.0
// What a table's times and ids tell about how often its samples were written: it spares looking for latest records.
#pragma once

#include "ops/opened.hpp"

namespace metaxy::ops {

/// Sets `only_write`, `last_write` and `superseded` of a part. `ours_since`: since when the store is written by metaxy
/// of this kind, which keeps ids unique within a write and gives every write a time of its own.
void look_at_history(store::Session& session, Timestamp ours_since, const lineage::Stored& stored, lineage::Part& part);

}  // namespace metaxy::ops
