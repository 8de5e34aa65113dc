// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "store/local_parts.hpp"
#include "store/session.hpp"
#include "stores/postgresql/options.hpp"

namespace metaxy::stores::postgresql {

/// A store in one schema of a PostgreSQL database; connects when it is opened. `engine` computes what PostgreSQL lacks.
std::unique_ptr<store::Store> make_store(Options options, store::EngineMaker engine);

}  // namespace metaxy::stores::postgresql
