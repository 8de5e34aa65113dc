// SPDX-License-Identifier: Apache-2.0
// wyhash version 1 (2019), which no library here carries; docs/format.md gives its definition.
#pragma once

#include <cstdint>
#include <string_view>

namespace metaxy::hash {

/// The 64-bit wyhash v1 of the bytes with seed 0.
std::uint64_t wyhash_v1(std::string_view bytes);

}  // namespace metaxy::hash
