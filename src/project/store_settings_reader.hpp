// SPDX-License-Identifier: Apache-2.0
// `[stores.<name>]` tables (docs/configuration.md).
#pragma once

#include "project/setting_tree.hpp"

namespace metaxy::project {

/// Options stand in the table itself or in its `config` table. Absent when something is wrong, and for stores that
/// only the environment mentions without a type.
std::optional<StoreConfig> read_store(const SettingTree& tree, const std::string& name, const Json& value,
                                      Faults& faults);

/// The store for people: `type` and `config` as written, secrets masked.
Json printed_store(const SettingTree& tree, const std::string& name, const StoreConfig& store);

}  // namespace metaxy::project
