// SPDX-License-Identifier: Apache-2.0
// What a write refuses: by the columns before anything is sent, by the rows inside the transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <metaxy/hash.hpp>
#include <metaxy/spec.hpp>

#include "lineage/records.hpp"
#include "ops/first_look.hpp"
#include "store/session.hpp"

namespace metaxy::ops {

enum class TypeRule {
  Strict,  ///< a column must be of the kind that the table has
  Coerce,  ///< whatever the database can convert
};

/// Refuses names that are empty, occur twice or are metaxy's own. Throws: SchemaMismatch with all faults.
void check_names(const spec::FeatureSpec& spec, const std::vector<std::string>& names);

/// The id and by-field columns of rows that hold nothing but nulls: no row with them is right.
std::vector<std::string> columns_of_nulls(const spec::FeatureSpec& spec, const store::TableSchema& given);

/// Refuses rows whose columns do not fit the feature or its table. Throws: SchemaMismatch or InvalidArgument with
/// all faults.
void check_columns(const spec::FeatureSpec& spec, const store::TableSchema& given,
                   const std::optional<store::TableSchema>& table, TypeRule rule);

/// Refuses user columns of other kinds than the feature's table has. Throws: SchemaMismatch with all faults.
void check_kinds(const spec::FeatureKey& feature, const store::TableSchema& given, const store::TableSchema& table);

/// Refuses the commit when the rows written at `written` (and only those) have null, empty, NaN or duplicate ids, or
/// null or empty provenance. What `look` has seen by then is not looked for again.
std::vector<store::Mutation> check_rows(const spec::FeatureSpec& spec, const lineage::Stored& stored,
                                        const store::TableSchema& given, Timestamp written,
                                        const std::shared_ptr<const FirstLook>& look);

/// Refuses the commit when a data version given for a sample and those of its fields contradict each other.
store::Mutation refuse_contradictions(const spec::FeatureSpec& spec, const lineage::Stored& stored, Timestamp written,
                                      const hash::Settings& settings);

}  // namespace metaxy::ops
