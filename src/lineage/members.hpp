// SPDX-License-Identifier: Apache-2.0
// N:1 lineage: members of an upstream, and what a group of them is worth to a child (docs/format.md, `group`).
#pragma once

#include "lineage/upstream.hpp"

namespace metaxy::lineage {

/// Brings the members of an N:1 upstream together, one row per group of the columns it aggregates by: user columns
/// become lists in the members' order, values become the group's, and a group is ready when all its members are. With
/// `MemberRows::Each` every member keeps a row of its own with the group's values, as in the reference.
Prepared gather_members(const graph::FeaturePlan& plan, std::size_t dep, const Prepared& members,
                        const hash::Settings& settings, MemberRows rows);

/// One row per group with the texts whose digests are the group's values, under the values' names; format 0: all of the
/// text, format 1: what follows the tag `group`.
rel::RelPtr written_groups(const graph::FeaturePlan& plan, std::size_t dep, const Prepared& members,
                           hash::Format format);

/// Ids (under their names after renaming) of the members that belong to no group, because a column that they are
/// aggregated by is NULL.
rel::RelPtr members_without_group(const graph::FeaturePlan& plan, std::size_t dep, const Upstream& upstream);

}  // namespace metaxy::lineage
