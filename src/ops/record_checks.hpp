// SPDX-License-Identifier: Apache-2.0
// What a write refuses: by the columns before anything is sent, by the rows inside the transaction.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <metaxy/graph.hpp>
#include <metaxy/hash.hpp>
#include <metaxy/ops.hpp>
#include <metaxy/spec.hpp>

#include "lineage/childless.hpp"
#include "lineage/records.hpp"
#include "ops/first_look.hpp"
#include "store/session.hpp"

namespace metaxy::ops {

enum class TypeRule {
  Strict,  ///< a column must be of the kind that the table has
  Coerce,  ///< whatever the database can convert
};

enum class Names {
  Own,  ///< names that begin with metaxy_ are system columns', by-field columns have the feature's fields only
  Any,  ///< others are taken as they are, as the reference does
};

/// What is taken by these rules.
Names taken_names(const Rules& rules);

/// Refuses names that are empty, occur twice or are metaxy's own. Throws: SchemaMismatch with all faults.
void check_names(const spec::FeatureSpec& spec, const std::vector<std::string>& names, Names rule);

/// The id and by-field columns of rows that hold nothing but nulls: no row with them is right. Rows of an `expansion`
/// may all be of parents without children.
std::vector<std::string> columns_of_nulls(const spec::FeatureSpec& spec,
                                          const std::optional<lineage::Expansion>& expansion,
                                          const store::TableSchema& given);

/// Refuses rows whose columns do not fit the feature or its table. Throws: SchemaMismatch or InvalidArgument with
/// all faults.
void check_columns(const spec::FeatureSpec& spec, const store::TableSchema& given,
                   const std::optional<store::TableSchema>& table, TypeRule rule, Names names);

/// Refuses user columns of other kinds than the feature's table has. Throws: SchemaMismatch with all faults.
void check_kinds(const spec::FeatureKey& feature, const store::TableSchema& given, const store::TableSchema& table);

/// Rows that are checked, reduced to columns: ids and version columns.
using CheckedRows = std::function<rel::RelPtr(const std::vector<std::string>& columns)>;
/// Those that a commit has written into a table: every write has a time of its own.
CheckedRows written_rows(const std::string& table, Timestamp written);

/// Refuses null, empty, NaN or duplicate ids, and null or empty provenance. What `look` has seen by then is not looked
/// for again. A row of an `expansion` may lack all ids of children, when it is the only one of its parent.
std::vector<store::Require> check_rows(const spec::FeatureSpec& spec,
                                       const std::optional<lineage::Expansion>& expansion, const CheckedRows& rows,
                                       const store::TableSchema& given, const std::shared_ptr<const FirstLook>& look);

/// Refuses provenance or a data version that `given` has of a sample and that contradicts that of its fields, but for
/// what `look` has seen.
std::vector<store::Require> refuse_contradictions(const spec::FeatureSpec& spec, const CheckedRows& rows,
                                                  const store::TableSchema& given, const hash::Settings& settings,
                                                  const std::shared_ptr<const FirstLook>& look);

/// Refuses rows that lacked `columns` when their samples are not in `previous`.
store::Require refuse_without_previous(const spec::FeatureSpec& spec, const CheckedRows& rows,
                                       const rel::RelPtr& previous, const std::vector<std::string>& columns);

/// Refuses rows that lack a column by which samples are matched with an upstream's. Throws: SchemaMismatch.
void check_matching(const graph::FeaturePlan& plan, const std::vector<std::string>& samples,
                    const store::TableSchema& given);

}  // namespace metaxy::ops
