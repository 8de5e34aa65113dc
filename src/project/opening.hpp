// SPDX-License-Identifier: Apache-2.0
// Opens a store over its fallback stores: agrees on hash settings before anything is made.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <metaxy/ops.hpp>
#include <metaxy/progress.hpp>

#include "ops/store_settings.hpp"
#include "store/session.hpp"

namespace metaxy::project {

/// A store that is not open yet, and what is asked of it.
struct StoreToOpen {
  std::string name;
  std::shared_ptr<const store::Store> store;
  ops::RequestedSettings settings = {};
};

/// Whether a store that is only read and does not exist stands for an empty one.
enum class Absent { Refuse, ReadAsEmpty };

struct Opening {
  store::Mode mode = store::Mode::Read;
  bool compat = false;
  Absent absent = Absent::Refuse;
  Watch watch = {};
};

/// Sessions that go together, and the hash settings that they share.
struct OpenStores {
  ops::NamedStore first;
  std::vector<ops::NamedStore> fallbacks;
  hash::Settings hash;

  ops::MetadataStore with(std::shared_ptr<const graph::FeatureGraph> graph, ops::Rules rules) &&;
};

/// Opens the first store as asked and its fallbacks for reading. Stores that have hash settings decide for those that
/// are new; a store that does not go with its fallbacks is not made. Throws: NotFound, Conflict, Backend, Io.
OpenStores open_stores(const StoreToOpen& first, const std::vector<StoreToOpen>& fallbacks, const Opening& opening);

}  // namespace metaxy::project
