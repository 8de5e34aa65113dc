// SPDX-License-Identifier: Apache-2.0
// Orders of the features of a graph without cycles. No recursion: chains may be long.
#pragma once

#include <vector>

#include "graph/layout.hpp"

namespace metaxy::graph {

/// Upstreams before what depends on them: depth first from `starts` in the order of their keys, including everything
/// they depend on. Requires: all upstreams are known.
std::vector<Index> upstreams_first(const Layout& layout, const std::vector<Index>& starts);

/// Everything that depends on `sources`, which are included: depth first in definition order, finished last comes
/// first.
std::vector<Index> dependents_of(const Layout& layout, const std::vector<Index>& sources);

}  // namespace metaxy::graph
