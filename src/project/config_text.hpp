// SPDX-License-Identifier: Apache-2.0
// The configuration as text for people.
#pragma once

#include <string>

#include "base/json.hpp"

namespace metaxy::project {

/// The same value with secrets masked: members named like one, and user information and parameters of URIs.
Json without_secrets(const Json& value);
/// An object as TOML; nulls, which TOML lacks, are left out. Requires: an object.
std::string render_toml(const Json& object);

}  // namespace metaxy::project
