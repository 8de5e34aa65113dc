// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "store/local_parts.hpp"
#include "store/session.hpp"
#include "stores/sqlite/options.hpp"

namespace metaxy::stores::sqlite {

/// A store in one file. `engine` computes what SQLite lacks.
std::unique_ptr<store::Store> make_store(Options options, store::EngineMaker engine);

}  // namespace metaxy::stores::sqlite
