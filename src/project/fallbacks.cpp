// SPDX-License-Identifier: Apache-2.0
#include "project/fallbacks.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.hpp"

namespace metaxy::project {
namespace {

/// A walk along fallbacks, depth first.
class CycleSearch {
 public:
  CycleSearch(const Stores& stores, Faults& faults) : stores_(stores), faults_(faults) {}

  void visit(const std::string& name) {
    const auto store = stores_.find(name);
    if (store == stores_.end() || done_.count(name)) return;
    open_.push_back(name);
    for (const auto& fallback : store->second.fallbacks) {
      const auto begin = std::ranges::find(open_, fallback);
      if (begin == open_.end()) {
        visit(fallback);
        continue;
      }
      std::vector<std::string> circle(begin, open_.end());
      circle.push_back(fallback);
      faults_.add("store " + name, "fallback_stores go round in a circle: " + join(circle, " -> "),
                  "leave one of them out", store->second.fallbacks_place);
    }
    open_.pop_back();
    done_.insert(name);
  }

 private:
  const Stores& stores_;
  Faults& faults_;
  std::vector<std::string> open_;
  std::set<std::string> done_;
};

[[noreturn]] void refuse_unknown(const Stores& stores, const std::string& name, const std::string& fallback) {
  std::vector<std::string> known;
  for (const auto& [other, unused] : stores) {
    if (other != name) known.push_back(other);
  }
  std::string hint = did_you_mean(fallback, known);
  if (hint.empty()) hint = fmt::format("configure [stores.{}], or take it out of fallback_stores", fallback);
  Error error(ErrorCode::NotFound,
              fmt::format("store {} falls back to {}, which is not configured", quote(name), quote(fallback)),
              std::move(hint));
  if (const auto& place = stores.at(name).fallbacks_place) error.note("at " + to_string(*place));
  throw error;
}

void add(const Stores& stores, const std::string& name, std::vector<std::string>& out) {
  for (const auto& fallback : stores.at(name).fallbacks) {
    if (!stores.count(fallback)) refuse_unknown(stores, name, fallback);
    if (std::ranges::find(out, fallback) != out.end()) continue;
    out.push_back(fallback);
    add(stores, fallback, out);
  }
}

}  // namespace

void refuse_fallback_cycles(const Stores& stores, Faults& faults) {
  CycleSearch search(stores, faults);
  for (const auto& [name, unused] : stores) search.visit(name);
}

std::vector<std::string> fallback_order(const Stores& stores, const std::string& name) {
  std::vector<std::string> out;
  if (stores.contains(name)) add(stores, name, out);  // one that a URI tells has none
  return out;
}

}  // namespace metaxy::project
