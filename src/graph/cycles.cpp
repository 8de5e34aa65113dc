// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <deque>

#include <fmt/format.h>

#include "base/pointer.hpp"
#include "graph/layout.hpp"

namespace metaxy::graph {
namespace {

/// Tarjan's strongly connected components with a stack of its own, so that long chains are no problem.
class Components {
 public:
  explicit Components(const Layout& layout)
      : layout_(layout), order_(layout.features.size(), 0), low_(order_), component_(order_.size(), kUnknown) {}

  /// The component of every feature.
  const std::vector<Index>& run() {
    for (Index i = 0; i < order_.size(); ++i) {
      if (order_[i] == 0) visit(i);
    }
    return component_;
  }

 private:
  struct Frame {
    Index node;
    std::size_t next;
  };

  void enter(Index node) {
    order_[node] = low_[node] = ++clock_;
    open_.push_back(node);
    frames_.push_back({node, 0});
  }

  void visit(Index start) {
    enter(start);
    while (!frames_.empty()) {
      auto& [node, next] = frames_.back();
      const auto& deps = layout_.features[node].deps;
      if (next == deps.size()) {
        leave();
        continue;
      }
      const Index dep = deps[next++];
      if (dep == kUnknown) continue;
      if (order_[dep] == 0) {
        enter(dep);
      } else if (component_[dep] == kUnknown) {
        low_[node] = std::min(low_[node], order_[dep]);
      }
    }
  }

  void leave() {
    const Index node = frames_.back().node;
    frames_.pop_back();
    if (!frames_.empty()) low_[frames_.back().node] = std::min(low_[frames_.back().node], low_[node]);
    if (low_[node] != order_[node]) return;
    for (Index member = kUnknown; member != node;) {
      member = open_.back();
      open_.pop_back();
      component_[member] = node;
    }
  }

  const Layout& layout_;
  std::vector<Index> order_;
  std::vector<Index> low_;
  std::vector<Index> component_;
  std::vector<Index> open_;
  std::vector<Frame> frames_;
  Index clock_ = 0;
};

/// The features of a shortest way from `start` along deps back to it, inside its component; empty without one.
std::vector<Index> shortest_cycle(const Layout& layout, const std::vector<Index>& component, Index start,
                                  std::vector<Index>& came_from) {
  std::deque<Index> queue = {start};
  while (!queue.empty()) {
    const Index node = queue.front();
    queue.pop_front();
    for (const Index dep : layout.features[node].deps) {
      if (dep == kUnknown || component[dep] != component[start]) continue;
      if (dep == start) {
        std::vector<Index> cycle = {start};
        for (Index at = node; at != start; at = came_from[at]) cycle.push_back(at);
        cycle.push_back(start);
        std::ranges::reverse(cycle);
        return cycle;
      }
      if (came_from[dep] != kUnknown) continue;
      came_from[dep] = node;
      queue.push_back(dep);
    }
  }
  return {};
}

/// Where the first dependency of a cycle was written.
std::optional<Place> place_of_first(const Layout& layout, const std::vector<Index>& cycle) {
  const auto& deps = layout.features[cycle[0]].deps;
  const auto first = static_cast<std::size_t>(std::ranges::find(deps, cycle[1]) - deps.begin());
  return place_of(layout.definitions[cycle[0]], pointer("/deps", first));
}

/// `a → b → a`; the middle of a very long one is left out.
std::string way_of(const Layout& layout, const std::vector<Index>& cycle) {
  constexpr std::size_t kShown = 10;  // at each end
  std::string way;
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    if (i == kShown && cycle.size() > 2 * kShown) {
      way += fmt::format(" → … {} more …", cycle.size() - 2 * kShown);
      i = cycle.size() - kShown;
    }
    way += (way.empty() ? "" : " → ") + layout.features[cycle[i]].key;
  }
  return way;
}

}  // namespace

void find_cycles(const Layout& layout, Faults& faults) {
  const std::vector<Index> component = Components(layout).run();
  std::vector<bool> reported(component.size(), false);
  std::vector<Index> came_from(component.size(), kUnknown);
  for (Index i = 0; i < component.size(); ++i) {
    if (reported[component[i]]) continue;
    reported[component[i]] = true;
    const auto cycle = shortest_cycle(layout, component, i, came_from);
    if (cycle.empty()) continue;
    faults.add(subject_of(layout.features[i]), "depends on itself: " + way_of(layout, cycle),
               "remove one of these deps", place_of_first(layout, cycle));
  }
}

}  // namespace metaxy::graph
