// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <metaxy/graph.hpp>

namespace metaxy::python {

/// Formats by their numbers, as Python knows them.
inline hash::Format format_of(int number) { return number == 0 ? hash::Format::V0 : hash::Format::V1; }

/// How definitions are versioned under the active configuration.
graph::VersionSettings version_settings();

}  // namespace metaxy::python
