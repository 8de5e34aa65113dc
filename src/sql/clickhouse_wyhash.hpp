// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace metaxy::sql {

/// wyhash version 1 in ClickHouse's words, whose own wyHash64 is of a later version: the number of a text is this text,
/// the text in SQL, and `kWyhashEnd`. docs/format.md gives the algorithm.
const std::string& wyhash_begin();
constexpr const char* kWyhashEnd = "])[1]";

}  // namespace metaxy::sql
