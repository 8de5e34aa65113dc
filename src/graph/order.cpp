// SPDX-License-Identifier: Apache-2.0
#include "graph/order.hpp"

#include <algorithm>
#include <utility>

namespace metaxy::graph {
namespace {

/// Visits depth first and lists features when all their neighbours are listed.
template <class Neighbours>
class PostOrder {
 public:
  PostOrder(std::size_t size, Neighbours neighbours) : seen_(size, false), neighbours_(std::move(neighbours)) {}

  void visit(Index start) {
    enter(start);
    while (!frames_.empty()) {
      Frame& top = frames_.back();
      if (top.next < top.neighbours.size()) {
        enter(top.neighbours[top.next++]);
      } else {
        out.push_back(top.node);
        frames_.pop_back();
      }
    }
  }

  std::vector<Index> out;

 private:
  struct Frame {
    Index node;
    std::vector<Index> neighbours;
    std::size_t next = 0;
  };

  void enter(Index node) {
    if (seen_[node]) return;
    seen_[node] = true;
    frames_.push_back({node, neighbours_(node)});
  }

  std::vector<bool> seen_;
  Neighbours neighbours_;
  std::vector<Frame> frames_;
};

}  // namespace

std::vector<Index> upstreams_first(const Layout& layout, const std::vector<Index>& starts) {
  std::vector<Index> rank(layout.features.size());
  for (Index i = 0; i < rank.size(); ++i) rank[layout.by_name[i]] = i;
  const auto sorted = [&](std::vector<Index> features) {
    std::ranges::sort(features, {}, [&](Index i) { return rank[i]; });
    return features;
  };
  PostOrder order(rank.size(), [&](Index node) { return sorted(layout.features[node].deps); });
  for (const Index start : sorted(starts)) order.visit(start);
  return std::move(order.out);
}

std::vector<Index> dependents_of(const Layout& layout, const std::vector<Index>& sources) {
  PostOrder order(layout.features.size(), [&](Index node) { return layout.features[node].dependents; });
  for (const Index source : sources) order.visit(source);
  std::ranges::reverse(order.out);
  return std::move(order.out);
}

}  // namespace metaxy::graph
