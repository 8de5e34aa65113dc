// SPDX-License-Identifier: Apache-2.0
// Why a sample is in its state, as text and as JSON. Pure.
#pragma once

#include <string>

#include <metaxy/ops.hpp>

#include "base/json.hpp"

namespace metaxy::cli {

Json explanation_json(const ops::Explanation& explanation);
std::string explanation_text(const ops::Explanation& explanation, bool colour);

}  // namespace metaxy::cli
