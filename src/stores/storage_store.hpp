// SPDX-License-Identifier: Apache-2.0
// A store on anything that keeps tables (store/storage.hpp), computed by the local engine.
#pragma once

#include <memory>
#include <string>

#include "store/storage.hpp"

namespace metaxy::stores {

/// `kind` and `location` are what people are told, `memory_limit` is that of open_empty (stores/registry.hpp).
std::unique_ptr<store::Store> make_storage_store(std::string kind, std::string location, store::OpenStorage open,
                                                 std::string memory_limit = {});

}  // namespace metaxy::stores
