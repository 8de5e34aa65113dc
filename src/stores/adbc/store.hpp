// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "store/local_parts.hpp"
#include "store/session.hpp"
#include "stores/adbc/options.hpp"

namespace metaxy::stores::adbc {

/// A store in the database behind an ADBC driver; nothing is loaded before it is opened. What the dialect lacks is
/// computed by `engine`.
std::unique_ptr<store::Store> make_store(Options options, store::EngineMaker engine);

}  // namespace metaxy::stores::adbc
