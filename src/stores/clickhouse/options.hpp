// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace metaxy::stores::clickhouse {

/// Who brings statements that make, change or drop tables to all hosts of a cluster.
enum class ClusterDdl {
  OnCluster,  ///< ClickHouse, by ON CLUSTER, which needs its Keeper
  EachHost,   ///< metaxy, which must be told all hosts
};

/// Where a server is and how it is spoken to.
struct Options {
  std::vector<std::string> hosts;  ///< addresses without paths, for example https://db.example:8443; tried in order
  std::string user = "default";
  std::string password;
  std::string database = "default";
  std::map<std::string, std::string> settings;  ///< sent with every statement, before metaxy's own
  std::string ca_file;                          ///< certificates that are trusted; empty: the system's
  bool verify = true;                           ///< the server's certificate and name
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds idle_timeout{300'000};  ///< longest silence of a server that is asked something
  std::chrono::milliseconds lock_timeout{60'000};   ///< longest wait for another writer
  std::string engine = "MergeTree";                 ///< of tables that are made, with its arguments
  std::string order_by;                             ///< of feature tables; empty: their id columns
  std::string partition_by;                         ///< of feature tables; empty: none
  std::string cluster;                              ///< whose shards share each table's rows; empty: one server has all
  ClusterDdl cluster_ddl = ClusterDdl::OnCluster;
  std::vector<std::string> shard_by;  ///< of tables that have all of these columns; of others: their id columns
  bool local_joins = true;            ///< what is sharded alike is joined where it lies
};

}  // namespace metaxy::stores::clickhouse
