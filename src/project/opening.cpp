// SPDX-License-Identifier: Apache-2.0
#include "project/opening.hpp"

#include <metaxy/error.hpp>

#include "store/overlay.hpp"
#include "stores/registry.hpp"

namespace metaxy::project {
namespace {

/// What is not there yet hides nothing: the local engine stands in for it.
std::unique_ptr<store::Session> open_first(const StoreToOpen& store, store::Mode mode, const Opening& opening) {
  try {
    return store.store->open(mode, opening.watch);
  } catch (const Error& error) {
    const bool may_be_absent = mode == store::Mode::Read && opening.absent == Absent::ReadAsEmpty;
    if (error.code() != ErrorCode::NotFound || !may_be_absent) throw;
  }
  return stores::open_empty()->open(store::Mode::Read, opening.watch);
}

hash::Settings agree(const StoreToOpen& first, store::Session& session, const std::vector<StoreToOpen>& fallbacks,
                     const std::vector<ops::NamedStore>& opened, bool compat) {
  std::vector<ops::NamedSettings> known;
  for (std::size_t i = 0; i < opened.size(); ++i) {
    const auto& [name, store, asked] = fallbacks[i];
    store::in_fallback(name, [&] {
      if (ops::is_new(*opened[i].session)) return;
      known.push_back({name, ops::choose_settings(*opened[i].session, store->info(), asked, compat)});
    });
    if (!known.empty()) ops::refuse_other_settings(known.front(), known.back());
  }
  auto requested = first.settings;
  if (!known.empty() && ops::is_new(session)) ops::adopt(requested, known.front().settings);
  const auto out = ops::choose_settings(session, first.store->info(), requested, compat);
  if (!known.empty()) ops::refuse_other_settings({first.name, out}, known.front());
  return out;
}

}  // namespace

ops::MetadataStore OpenStores::with(std::shared_ptr<const graph::FeatureGraph> graph, ops::Rules rules) && {
  rules.hash = hash;
  if (fallbacks.empty()) return {std::move(first.session), std::move(graph), std::move(rules)};
  return {std::move(first), std::move(fallbacks), std::move(graph), std::move(rules)};
}

OpenStores open_stores(const StoreToOpen& first, const std::vector<StoreToOpen>& fallbacks, const Opening& opening) {
  OpenStores out;
  for (const auto& other : fallbacks) {
    store::in_fallback(other.name, [&] {
      out.fallbacks.push_back({other.name, other.store->open(store::Mode::Read, opening.watch)});
    });
  }
  const bool over_others = !out.fallbacks.empty();
  auto look_first = opening;
  if (over_others) look_first.absent = Absent::ReadAsEmpty;
  const auto mode = over_others ? store::Mode::Read : opening.mode;
  out.first = {first.name, open_first(first, mode, look_first)};
  out.hash = agree(first, *out.first.session, fallbacks, out.fallbacks, opening.compat);
  if (mode != opening.mode) out.first.session = first.store->open(opening.mode, opening.watch);
  return out;
}

}  // namespace metaxy::project
