// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <metaxy/graph.hpp>

namespace metaxy::python {

/// How definitions are versioned under the active configuration.
graph::VersionSettings version_settings();

}  // namespace metaxy::python
