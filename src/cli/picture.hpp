// SPDX-License-Identifier: Apache-2.0
// Drawings by Graphviz' program `dot`, which is started only when a drawing is asked for.
#pragma once

#include <string>

namespace metaxy::cli {

/// `format`: svg or png. Throws: Unsupported when `dot` is not installed, Io when it fails.
std::string draw(const std::string& graphviz, const std::string& format);

}  // namespace metaxy::cli
