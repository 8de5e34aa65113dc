// SPDX-License-Identifier: Apache-2.0
// A store on anything that keeps tables (store/storage.hpp), computed by the local engine.
#pragma once

#include <memory>
#include <string>

#include "store/storage.hpp"

namespace metaxy::stores {

/// `kind` and `location` are what people are told.
std::unique_ptr<store::Store> make_storage_store(std::string kind, std::string location, store::OpenStorage open);

}  // namespace metaxy::stores
