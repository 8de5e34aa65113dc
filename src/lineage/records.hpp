// SPDX-License-Identifier: Apache-2.0
// Stored records of one feature as a relation: which of them count, and the latest of each sample.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <metaxy/spec.hpp>

#include "rel/relation.hpp"

namespace metaxy::lineage {

/// A feature's table as the store has it.
struct Stored {
  std::string table;
  std::vector<std::string> columns;     ///< in stored order
  std::vector<std::string> id_columns;  ///< of the feature
  /// When all live records come from one write (which holds every id once): the condition that keeps exactly these.
  rel::ExprPtr only_write;
  /// When the last write has every sample once: the condition that keeps exactly its records.
  rel::ExprPtr last_write = nullptr;
  /// Only records for which this holds are there: those of a time in the past. Null: all.
  rel::ExprPtr as_of = nullptr;
  /// Members that the by-field columns have; absent: any may be asked for.
  std::optional<std::vector<std::string>> members = {};
  rel::Superseded superseded = rel::Superseded::Few;
};

/// The member of a by-field column that belongs to a field; NULL when no record has it yet.
rel::ExprPtr field_value(const Stored& stored, rel::ExprPtr by_field, const spec::FieldKey& field);

/// Which records of a sample are looked at (DESIGN §5, *Which records count*).
struct Counting {
  /// Feature versions under which a record counts as current.
  std::vector<std::string> versions;
  /// Every version counts: nothing that was asked for depends on it.
  bool any = false;
  /// Records of other versions are invisible, as in the reference, instead of making their sample stale or waiting.
  bool only_these = false;
};

/// TRUE for records that count as current.
rel::ExprPtr counts(const Counting& counting);

/// The latest record of each sample, deleted ones left out unless `with_deleted`, with `columns` (stored names).
rel::RelPtr live_records(const Stored& stored, const Counting& counting, std::vector<std::string> columns,
                         bool with_deleted = false);

/// Refuses a filter that names a column which `columns` lacks. `where` names the filter in the message.
void check_filter(const rel::Expr& filter, const std::vector<std::string>& columns, const std::string& where);

}  // namespace metaxy::lineage
