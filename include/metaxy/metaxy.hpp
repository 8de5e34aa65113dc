// SPDX-License-Identifier: Apache-2.0
/// Everything that users of the C++ library need.
#pragma once

#include <metaxy/arrow.hpp>
#include <metaxy/error.hpp>
#include <metaxy/graph.hpp>
#include <metaxy/hash.hpp>
#include <metaxy/ops.hpp>
#include <metaxy/progress.hpp>
#include <metaxy/project.hpp>
#include <metaxy/spec.hpp>

namespace metaxy {
using ops::MetadataStore;
using project::Project;
using spec::FeatureKey;
using spec::FieldKey;
}  // namespace metaxy
