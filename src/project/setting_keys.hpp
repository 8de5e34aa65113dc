// SPDX-License-Identifier: Apache-2.0
// The settings of metaxy.toml.
#pragma once

#include <array>
#include <string_view>

namespace metaxy::project {

enum class Shape { Text, Flag, Number, List, Table };

struct SettingKey {
  std::string_view name;
  Shape shape;
};

/// In the order in which they are printed. `extend` is consumed while loading.
inline constexpr std::array kSettingKeys = {
    SettingKey{"project", Shape::Text},        SettingKey{"store", Shape::Text},
    SettingKey{"stores", Shape::Table},        SettingKey{"features", Shape::List},
    SettingKey{"hash_format", Shape::Number},  SettingKey{"hash_truncation_length", Shape::Number},
    SettingKey{"compat", Shape::Text},         SettingKey{"auto_create_tables", Shape::Flag},
    SettingKey{"entrypoints", Shape::List},    SettingKey{"theme", Shape::Text},
    SettingKey{"ext", Shape::Table},           SettingKey{"enable_map_datatype", Shape::Flag},
    SettingKey{"locked", Shape::Flag},         SettingKey{"sync", Shape::Flag},
    SettingKey{"extra_features", Shape::List}, SettingKey{"metaxy_lock_path", Shape::Text},
    SettingKey{"extend", Shape::Text},
};

}  // namespace metaxy::project
