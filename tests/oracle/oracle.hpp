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

using Versions = std::map<std::string, std::string>;

/// One stored row.
struct Record {
  Json user;            ///< ids and user columns
  Versions provenance;  ///< by field key
  Versions data_version;
  std::string sample_provenance;
  std::string feature_version;
  Versions field_versions;  ///< of the definition it was written under
  bool deleted = false;
  int time = 0;  ///< when it was appended
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
  Json user;
  std::map<std::string, std::optional<std::string>> value;  ///< by field key
  std::map<std::string, bool> current;                      ///< whether the field is at its current version
};

/// Samples by id (as JSON text of the join columns) in each state; orphans by their own ids.
struct Answer {
  std::map<std::string, Sample> fresh;
  std::map<std::string, Sample> stale;
  std::set<std::string> orphaned;
  std::set<std::string> waiting;
  std::set<std::string> up_to_date;
};

/// Filters of dependencies are known in the form `column <> 'text'` only.
class Model {
 public:
  Model(std::shared_ptr<const graph::FeatureGraph> graph, hash::Settings settings)
      : graph_(std::move(graph)), settings_(settings) {}

  /// From now on features are defined like this.
  void set_graph(std::shared_ptr<const graph::FeatureGraph> graph) { graph_ = std::move(graph); }
  /// What is appended from now on is later than what was.
  void set_time(int time) { time_ = time; }
  /// The records that were there at a time, but for those removed for good, under the definitions of now.
  Model as_of(int time) const;
  /// Appends rows with user columns and provenance by field; data versions as given or else the provenance.
  void write(const spec::FeatureKey& feature, const std::vector<Json>& rows);
  void remove(const spec::FeatureKey& feature, const std::function<bool(const Json&)>& predicate);
  /// Removes records for good.
  void erase(const spec::FeatureKey& feature, const std::function<bool(const Json&)>& predicate);
  Answer resolve(const spec::FeatureKey& feature) const;
  /// Latest live records of the current version, by id.
  std::map<std::string, Record> read(const spec::FeatureKey& feature) const;

 private:
  std::map<std::string, Record> latest(const spec::FeatureSpec& spec) const;
  std::map<std::string, Sample> expected(const spec::FeatureKey& feature) const;
  std::map<std::string, Part> parts_of(const graph::FeaturePlan& plan, const graph::PlanDep& dep) const;
  bool waits(const graph::FeaturePlan& plan, const graph::PlanDep& dep, const Record& record) const;
  std::set<std::string> groups_left(const graph::FeaturePlan& plan) const;
  std::optional<std::string> group_value(const std::vector<Record>& members, const std::vector<std::string>& ids,
                                         const std::string& field) const;
  void retire_children(const spec::FeatureKey& feature, const std::vector<Json>& rows);
  Sample sample_of(const graph::FeaturePlan& plan, const std::vector<const Part*>& behind) const;
  bool is_current(const graph::FieldRef& field, const Record& record) const;
  std::string sample_version(const Versions& by_field) const;

  std::shared_ptr<const graph::FeatureGraph> graph_;
  hash::Settings settings_;
  std::map<spec::FeatureKey, std::vector<Record>> records_;
  int time_ = 0;
};

/// The id of a row: its values of these columns as JSON text.
std::string id_of(const Json& row, const std::vector<std::string>& columns);

}  // namespace metaxy::oracle
