// SPDX-License-Identifier: Apache-2.0
// Features that random histories are played on, as they are after some edits of their definitions.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <metaxy/graph.hpp>

namespace metaxy {

/// How often each thing was changed. A code version goes up; what may be there or not changes sides.
using Edits = std::map<std::string, int>;

struct World {
  std::string name;
  std::vector<std::string> features;  ///< upstreams first
  std::vector<std::string> edits;     ///< things that can be changed
  /// Columns of texts that samples have besides their ids, by feature.
  std::map<std::string, std::string> columns;
  /// Features of another project, which declares and writes them; others know what it pushed.
  std::set<std::string> theirs = {};
  std::vector<std::string> (*specs)(const Edits& edits);  ///< in the order of `features`

  std::vector<std::string> roots() const;
  std::vector<std::string> derived() const;
};

/// Joins, groups, children, filters, optional upstreams.
const World& pipeline();
/// Several groups, several expansions, all upstreams optional, ids that are called otherwise downstream.
const World& meetings();
/// Features of another project.
const World& neighbours();
const std::vector<const World*>& worlds();

/// Definitions of features, in the projects `theirs` and `ours`.
std::vector<spec::FeatureDefinition> definitions(const World& world, const Edits& edits,
                                                 const std::set<std::string>& features);
/// What is declared for the other project's features where its definitions are not known: roots and those that read
/// them alike have nothing but fields; one field of each has the version that it had at first.
std::vector<spec::FeatureDefinition> stand_ins(const World& world, const graph::VersionSettings& settings);

}  // namespace metaxy
