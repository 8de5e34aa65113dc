// SPDX-License-Identifier: Apache-2.0
// ClickHouse asks tuples and maps for members in different words, and gives some types in forms that Arrow's readers do
// not expect: relations are told here what their stored columns are.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rel/relation.hpp"
#include "store/session.hpp"

namespace metaxy::stores::clickhouse {

/// Names of the tables that a relation reads.
std::vector<std::string> tables_of(const rel::Relation& relation);

/// The same relation, with what holds each member, and with stored columns as values that can be read everywhere.
rel::RelPtr typed(const rel::RelPtr& relation, const std::map<std::string, store::TableSchema>& tables,
                  const std::map<std::string, store::TableSchema>& inputs);

}  // namespace metaxy::stores::clickhouse
