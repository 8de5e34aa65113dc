// SPDX-License-Identifier: Apache-2.0
// A small, obvious in-memory model of what a store must answer: plain loops over rows, no SQL, no sharing of code with
// the rooms it judges except digests and the graph's versions, which have vectors of their own.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <metaxy/graph.hpp>
#include <metaxy/hash.hpp>

#include "base/json.hpp"

namespace metaxy::oracle {

using Names = std::vector<std::string>;
using Versions = std::map<std::string, std::string>;

/// One stored row.
struct Record {
  Json user;            ///< ids and user columns
  Versions provenance;  ///< by field key
  Versions data_version;
  std::string sample_provenance;
  std::string sample_data_version;
  std::string feature_version;
  Versions field_versions;  ///< of the definition it was written under
  Versions code_versions;
  bool deleted = false;
  int time = 0;  ///< when it was written or deleted
};

/// A sample that a feature should have.
struct Sample {
  Json user;
  Versions provenance;
  std::string sample_provenance;
  bool ready = true;
};

/// What an upstream gives to one sample: a record, or a group of records.
struct Part {
  Json key;                                                 ///< values of the columns that samples are matched by
  Json user;                                                ///< of a group: columns of its members as lists
  std::map<std::string, std::optional<std::string>> value;  ///< by field key
  std::map<std::string, bool> current;                      ///< whether the field is at its current version
};

/// Samples by id (as JSON text of the columns they are matched by) in each state; orphans by their own ids.
struct Answer {
  std::map<std::string, Sample> fresh;
  std::map<std::string, Sample> stale;
  std::set<std::string> orphaned;
  std::set<std::string> orphaned_samples;
  std::set<std::string> waiting;
  std::set<std::string> up_to_date;
};

/// How many samples of a version stood in which case.
using Rebased = std::map<std::string, std::size_t>;

/// Filters of dependencies are known in the form `column <> 'text'` only.
class Model {
 public:
  Model(std::shared_ptr<const graph::FeatureGraph> graph, hash::Settings settings)
      : graph_(std::move(graph)), settings_(settings) {}

  /// From now on features are defined like this.
  void set_graph(std::shared_ptr<const graph::FeatureGraph> graph) { graph_ = std::move(graph); }
  /// What is written from now on is later than what was.
  void set_time(int time) { time_ = time; }
  /// The records that were there at a time, but for those removed for good, under the definitions of now.
  Model as_of(int time) const;

  /// Appends rows with user columns and provenance by field; data versions as given or else the provenance.
  void write(const spec::FeatureKey& feature, const std::vector<Json>& rows);
  /// A column that the rows had, of which there may have been none.
  void have_column(const spec::FeatureKey& feature, const std::string& name) {
    if (name.rfind("metaxy_", 0) != 0) columns_[feature].insert(name);
  }
  /// The same with what rows lack taken from the samples' records; false: refused, because one has none.
  bool carry_over(const spec::FeatureKey& feature, std::vector<Json> rows);
  void remove(const spec::FeatureKey& feature, const std::function<bool(const Json&)>& predicate);
  /// Removes records for good.
  void erase(const spec::FeatureKey& feature, const std::function<bool(const Json&)>& predicate);
  /// Brings records of another feature version over to the current one; absent: refused.
  std::optional<Rebased> rebase(const spec::FeatureKey& feature, const std::string& from);

  /// Of a root: samples whose records are of another version wait.
  Answer resolve(const spec::FeatureKey& feature) const;
  /// Latest live records, by id.
  std::map<std::string, Record> latest(const spec::FeatureKey& feature) const;
  /// Feature versions that there are records of.
  std::set<std::string> versions(const spec::FeatureKey& feature) const;
  /// Columns that samples are matched by with those of the upstreams.
  Names sample_columns(const spec::FeatureKey& feature) const;

 private:
  using Plan = graph::FeaturePlan;

  /// Of all: also of definitions that are not those of now.
  std::map<std::string, Sample> expected(const Plan& plan) const;
  std::vector<Part> parts_of(const Plan& plan, const graph::PlanDep& dep) const;
  Part part_of(const Plan& plan, const graph::PlanDep& dep, const std::vector<Record>& members) const;
  bool passes(const Plan& plan, const graph::PlanDep& dep, const Record& record, const Json& renamed) const;
  bool waits(const Plan& plan, const graph::PlanDep& dep, const Record& record) const;
  bool was_left(const Plan& plan, const Json& stored) const;
  std::optional<std::string> group_value(const std::vector<Record>& members, const Names& ids,
                                         const std::string& field) const;
  Sample sample_of(const Plan& plan, const std::vector<const Part*>& behind) const;
  std::string rebase_case(const Plan& plan, const Record& record, const std::map<std::string, Sample>& now) const;
  bool is_current(const graph::FieldRef& field, const Record& record) const;
  bool is_current(const spec::FeatureKey& feature, const Record& record) const;
  std::string sample_version(const Versions& by_field) const;
  void stamp(const spec::FeatureKey& feature, Record& record) const;
  void append(const spec::FeatureKey& feature, Record record);
  void retire_children(const spec::FeatureKey& feature, const std::vector<Json>& rows);

  std::shared_ptr<const graph::FeatureGraph> graph_;
  hash::Settings settings_;
  std::map<spec::FeatureKey, std::vector<Record>> records_;  ///< by time
  std::map<spec::FeatureKey, std::set<std::string>> columns_;
  int time_ = 0;
};

/// The id of a row: its values of these columns as JSON text.
std::string id_of(const Json& row, const Names& columns);

}  // namespace metaxy::oracle
