// SPDX-License-Identifier: Apache-2.0
// A store in memory with features given as JSON and a clock that tests set: for tests of what happens to records.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <metaxy/error.hpp>
#include <metaxy/ops.hpp>

#include "arrow/build.hpp"
#include "arrow/read.hpp"
#include "support/database.hpp"

namespace metaxy {

class Scene {
 public:
  explicit Scene(std::vector<std::string> specs, ops::Rules rules = {})
      : database_(test::database()), rules_(std::move(rules)) {
    rules_.project = "test";
    rules_.clock = [this] { return clock(); };
    define(std::move(specs));
  }
  Scene(const Scene&) = delete;

  Timestamp now{std::chrono::microseconds(1'700'000'000'000'000)};
  Clock clock = [this] { return now; };

  /// From now on features are defined like this.
  void define(const std::vector<std::string>& specs) {
    std::vector<spec::FeatureDefinition> definitions;
    for (const auto& json : specs) {
      definitions.push_back({.spec = spec::parse_feature_spec(json)});
      definitions.back().project = "test";
    }
    graph::VersionSettings settings{rules_.hash.format, rules_.hash.length};
    auto graph = std::make_shared<graph::FeatureGraph>(graph::FeatureGraph::build(std::move(definitions), settings));
    store_ = std::make_unique<ops::MetadataStore>(database_->open(store::Mode::Write), graph, rules_);
  }

  ops::MetadataStore& store() { return *store_; }
  static spec::FeatureKey key(const std::string& feature) { return spec::FeatureKey::parse(feature); }
  std::string version(const std::string& feature) { return store_->graph().versions(key(feature)).feature_version; }

  /// Writes rows of texts, with the given provenance of every field unless a row has its own.
  ops::WriteResult write(const std::string& feature, std::vector<Json> rows, const std::string& provenance = "1",
                         ops::WriteOptions options = {}) {
    std::vector<std::string> members;
    for (const auto& field : store_->graph().get(key(feature)).spec.fields) members.push_back(field.key.struct_key());
    std::vector<arrow::Field> columns;
    for (auto& row : rows) {
      if (columns.empty()) {
        for (const auto& [name, value] : row.items()) {
          if (name.rfind("metaxy_", 0) != 0) columns.emplace_back(name);
        }
      }
      if (row.contains("metaxy_provenance_by_field")) continue;
      for (const auto& member : members) row["metaxy_provenance_by_field"][member] = provenance;
    }
    columns.push_back(arrow::struct_of_text("metaxy_provenance_by_field", members));
    return store_->write(key(feature), arrow::make_stream(columns, rows), std::move(options));
  }

  /// Computes what an increment asks for, each row as `complete` makes it from the resolved one (several for 1:N).
  void run(const std::string& feature, const std::function<std::vector<Json>(const Json&)>& complete) {
    std::vector<Json> rows;
    for (const auto& row : arrow::read_rows(store_->resolve_update(key(feature)).rows)) {
      if (row.at("metaxy_increment") == "orphaned") continue;
      for (auto& made : complete(row)) {
        made["metaxy_provenance_by_field"] = row.at("metaxy_provenance_by_field");
        rows.push_back(std::move(made));
      }
    }
    if (!rows.empty()) write(feature, rows);
  }
  /// Computes samples that have nothing but these columns of their upstreams.
  void run(const std::string& feature, const std::vector<std::string>& columns) {
    run(feature, [&](const Json& row) {
      Json out = Json::object();
      for (const auto& name : columns) out[name] = row.at(name);
      return std::vector<Json>{out};
    });
  }

  std::vector<Json> read(const std::string& feature, ops::ReadOptions options = {}) {
    return arrow::read_rows(store_->read(key(feature), std::move(options)));
  }
  /// Values of a column, joined, sorted.
  std::multiset<std::string> values(const std::string& feature, const std::string& column,
                                    ops::ReadOptions options = {}) {
    std::multiset<std::string> out;
    for (const auto& row : read(feature, std::move(options))) out.insert(row.at(column).get<std::string>());
    return out;
  }
  /// Everything that is stored, as text, for comparisons.
  std::multiset<std::string> everything(const std::string& feature) {
    std::multiset<std::string> out;
    if (!store_->status(key(feature)).exists) return out;
    ops::ReadOptions all;
    all.sample_history = all.feature_history = all.include_soft_deleted = true;
    for (const auto& row : read(feature, all)) out.insert(row.dump());
    return out;
  }
  ops::FeatureStatus status(const std::string& feature) { return store_->status(key(feature)); }

 private:
  std::unique_ptr<store::Store> database_;
  ops::Rules rules_;
  std::unique_ptr<ops::MetadataStore> store_;
};

/// The work fails with this code and says all of `words`.
inline void expect_error(const std::function<void()>& work, ErrorCode code, const std::vector<std::string>& words) {
  try {
    work();
    ADD_FAILURE() << "nothing was refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    for (const auto& word : words) EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
  }
}

}  // namespace metaxy
