// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include <metaxy/error.hpp>
#include <metaxy/graph.hpp>

namespace metaxy::lineage {

/// The error with a note of where a part of a dependency (such as `/select/1`) was written, if that was in a file.
Error placed(Error error, const graph::FeaturePlan& plan, std::size_t dep, const std::string& part);

}  // namespace metaxy::lineage
