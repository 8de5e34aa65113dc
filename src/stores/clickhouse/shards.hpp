// SPDX-License-Identifier: Apache-2.0
// On a cluster, tables that are sharded by the same values have what is joined by these values on the same shard. Such
// parts of a relation are run by each shard on its own rows, and their answers put together.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rel/relation.hpp"
#include "store/session.hpp"
#include "stores/clickhouse/ddl.hpp"

namespace metaxy::stores::clickhouse {

/// Where the rows of a relation lie: of each value that chooses the shard, the columns that have it. Absent: rows that
/// belong together may lie apart.
struct ShardedBy {
  std::set<std::string> columns;
  std::set<std::string> or_null;  ///< columns that have it or are NULL, which joins match with nothing
  std::string type;               ///< one value has other texts in other types
};
using Shards = std::optional<std::vector<ShardedBy>>;

/// What a query says in place of tables that there are only for it.
using Stands = std::map<std::string, std::string>;

/// The query with what stands for them.
std::string with_stands(std::string sql, const Stands& stands);

/// (Constants stay with the server that is asked: what is sent to shards loses the names of the columns of VALUES.)
class LocalParts {
 public:
  /// `tables`: those that are sharded by columns, with what they are. `stands` takes what stands for the parts.
  LocalParts(const Ddl& ddl, const std::map<std::string, store::TableSchema>& tables,
             const std::map<std::string, std::vector<std::string>>& shard_columns, Stands& stands)
      : ddl_(ddl), tables_(tables), shard_columns_(shard_columns), stands_(stands) {}

  /// The same rows, with scans of stands for what each shard runs by itself.
  rel::RelPtr of(const rel::RelPtr& relation);

 private:
  struct Placed {
    rel::RelPtr rows;  ///< with stands where it cannot be run by shards
    Shards shards;
    bool has_work = false;  ///< more than filters and columns of one table
    int levels = 0;         ///< of what is computed once
  };
  const Placed& in(const rel::RelPtr& relation);
  Placed placed(const rel::RelPtr& relation);
  void place(const rel::Scan& node, Placed& out) const;
  static void place(const rel::Project& node, const Placed& input, Placed& out);
  static void place(const rel::Join& node, const Placed& left, const Placed& right, Placed& out);
  static void place(const std::vector<const Placed*>& inputs, Placed& out);
  /// The rows of what shards run, for what they do not.
  rel::RelPtr gathered(const rel::RelPtr& relation);

  const Ddl& ddl_;
  const std::map<std::string, store::TableSchema>& tables_;
  const std::map<std::string, std::vector<std::string>>& shard_columns_;
  Stands& stands_;
  std::map<const rel::Relation*, Placed> done_;
  std::map<const rel::Relation*, rel::RelPtr> gathered_;
};

}  // namespace metaxy::stores::clickhouse
