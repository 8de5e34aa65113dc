// SPDX-License-Identifier: Apache-2.0
// From merged settings to a configuration (docs/configuration.md).
#pragma once

#include "project/setting_tree.hpp"

namespace metaxy::project {

/// Checks every setting; what is wrong is added to `faults` with the place it was written at.
Config read_config(const SettingTree& tree, Faults& faults);

}  // namespace metaxy::project
