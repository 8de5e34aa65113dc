// SPDX-License-Identifier: Apache-2.0
// Stored records of one feature as a relation: which of them count, and the latest of each sample.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <metaxy/spec.hpp>

#include "rel/relation.hpp"

namespace metaxy::lineage {

/// Members of by-field columns; absent: any may be asked for.
using Members = std::optional<std::vector<std::string>>;

/// A feature's table in one of the stores that are read.
struct Part {
  std::size_t store = 0;                ///< as rel::Foreign counts them; 0 is the one that is written
  std::vector<std::string> columns;     ///< in stored order
  std::vector<std::string> texts = {};  ///< those that are known to be text
  /// When all live records come from one write (which holds every id once): the condition that keeps exactly these.
  rel::ExprPtr only_write = nullptr;
  /// When the last write has every sample once: the condition that keeps exactly its records.
  rel::ExprPtr last_write = nullptr;
  Members members = {};
  rel::Superseded superseded = rel::Superseded::Few;
};

/// A feature's tables as the stores have them.
struct Stored {
  std::string table;                    ///< its name in every store
  std::vector<std::string> columns;     ///< of all parts
  std::vector<std::string> id_columns;  ///< of the feature
  std::vector<std::string> texts = {};  ///< columns that are known to be text in every part
  /// Only records for which this holds are there, for example those of a time in the past. Null: all.
  rel::ExprPtr visible = nullptr;
  bool is_childless = false;  ///< the samples are parents without children (childless.hpp)
  Members members = {};       ///< of all parts
  /// A sample's records in one part hide those in later ones, tombstones too.
  std::vector<Part> parts = {};

  /// The table in the store that is written; null: it is not there.
  const Part* own() const { return !parts.empty() && parts.front().store == 0 ? &parts.front() : nullptr; }
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

/// What is asked of records. Each store answers for its own part, so that little is sent between them.
struct Wanted {
  std::vector<rel::Named> columns;         ///< of stored columns
  std::vector<rel::ExprPtr> filters = {};  ///< on stored columns; a record that they drop still hides others
  bool with_deleted = false;               ///< tombstones too
};

/// The latest record of each sample.
rel::RelPtr live_records(const Stored& stored, const Counting& counting, const Wanted& wanted);

/// Every record of every part, whatever else is known of its sample.
rel::RelPtr all_records(const Stored& stored, const Counting& counting, const Wanted& wanted);

/// Refuses a filter that names a column which `columns` lacks. `where` names the filter in the message.
void check_filter(const rel::Expr& filter, const std::vector<std::string>& columns, const std::string& where);

}  // namespace metaxy::lineage
