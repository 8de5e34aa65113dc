// SPDX-License-Identifier: Apache-2.0
// ClickHouse copies a common table expression to every place that names it before it finds out that it is to be
// computed once, so a statement grows by a power of the levels of them. What lies deep is put into temporary tables.
#pragma once

#include <map>

#include "rel/relation.hpp"
#include "stores/clickhouse/connection.hpp"

namespace metaxy::stores::clickhouse {

// Eight levels of diamonds took ClickHouse 26.7 6 GB and minutes to read, five 58 seconds, three 16.
constexpr int kMostLevels = 2;

class Stages {
 public:
  /// `contents`: Empty makes tables that are only there to be described.
  Stages(Connection& connection, Contents contents, const Watch& watch)
      : connection_(connection), contents_(contents), watch_(watch) {}

  /// The same rows, from temporary tables of the connection where there were too many levels.
  rel::RelPtr of(const rel::RelPtr& relation) { return in(relation).rows; }

 private:
  struct Staged {
    rel::RelPtr rows;
    int levels;  ///< of what is computed once
  };
  const Staged& in(const rel::RelPtr& relation);

  Connection& connection_;
  Contents contents_;
  const Watch& watch_;
  std::map<const rel::Relation*, Staged> done_;
};

}  // namespace metaxy::stores::clickhouse
