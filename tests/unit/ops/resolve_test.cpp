// SPDX-License-Identifier: Apache-2.0
// What conformance and the random histories do not reach: many dependencies, samples, predicates, collisions,
// missing upstreams, settings that a store remembers.
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <metaxy/error.hpp>
#include <metaxy/ops.hpp>

#include "arrow/build.hpp"
#include "arrow/read.hpp"
#include "ops/store_settings.hpp"
#include "support/database.hpp"

namespace metaxy {
namespace {

using spec::FeatureKey;

spec::FeatureDefinition definition(const std::string& json) {
  spec::FeatureDefinition out{.spec = spec::parse_feature_spec(json)};
  out.project = "test";
  return out;
}

std::string root(const std::string& key) { return R"({"key":")" + key + R"(","id_columns":["id"],"fields":["v"]})"; }

class Resolve : public testing::Test {
 protected:
  Resolve() : database_(test::database()) {}

  ops::MetadataStore open(const std::vector<std::string>& specs) {
    std::vector<spec::FeatureDefinition> definitions;
    for (const auto& json : specs) definitions.push_back(definition(json));
    ops::Rules rules;
    rules.project = "test";
    auto graph = std::make_shared<graph::FeatureGraph>(graph::FeatureGraph::build(std::move(definitions)));
    return {database_->open(store::Mode::Write), graph, rules};
  }

  static void write_root(ops::MetadataStore& store, const std::string& key,
                         const std::map<std::string, std::string>& samples, const std::string& column = "c") {
    std::vector<Json> rows;
    for (const auto& [id, version] : samples) {
      rows.push_back({{"id", id}, {column, id + "!"}, {"metaxy_provenance_by_field", {{"v", version}}}});
    }
    store.write(
        FeatureKey::parse(key),
        arrow::make_stream({{"id"}, {column}, arrow::struct_of_text("metaxy_provenance_by_field", {"v"})}, rows));
  }

  static std::map<std::string, std::string> states(arrow::Stream rows) {
    std::map<std::string, std::string> out;
    for (const auto& row : arrow::read_rows(std::move(rows))) {
      out[row.at("id").get<std::string>()] = row.at("metaxy_increment").get<std::string>();
    }
    return out;
  }

  std::unique_ptr<store::Store> database_;
};

const std::string kChild = R"({"key":"child","id_columns":["id"],"deps":["a"],"fields":["x"]})";
const FeatureKey kChildKey = FeatureKey::parse("child");
using States = std::map<std::string, std::string>;

TEST_F(Resolve, TwentyUpstreamsOfWhichSomeAreOptional) {
  std::vector<std::string> specs;
  std::string deps;
  for (int i = 0; i < 20; ++i) {
    const auto key = "up/n" + std::to_string(i);
    specs.push_back(root(key));
    deps += std::string(i ? "," : "") + R"({"feature":")" + key + R"(","optional":)" + (i % 5 == 4 ? "true" : "false") +
            "}";
  }
  specs.push_back(R"({"key":"child","id_columns":["id"],"deps":[)" + deps + R"(],"fields":["x","y"]})");
  auto store = open(specs);
  for (int i = 0; i < 20; ++i) {
    std::map<std::string, std::string> samples = {{"s1", "1"}, {"s2", "2"}};
    if (i % 5 == 4) samples.erase("s2");
    if (i == 3) samples["s3"] = "3";
    write_root(store, "up/n" + std::to_string(i), samples, "c" + std::to_string(i));
  }
  EXPECT_EQ(states(store.resolve_update(kChildKey).rows), (States{{"s1", "new"}, {"s2", "new"}}));
  store.write(kChildKey, store.resolve_update(kChildKey).rows);
  EXPECT_TRUE(states(store.resolve_update(kChildKey).rows).empty());
  write_root(store, "up/n19", {{"s2", "late"}}, "c19");
  EXPECT_EQ(states(store.resolve_update(kChildKey).rows), (States{{"s2", "stale"}}));
}

TEST_F(Resolve, ColumnsStandInTheDocumentedOrder) {
  auto store = open({root("a"), kChild});
  write_root(store, "a", {{"s1", "1"}});
  auto rows = store.resolve_update(kChildKey).rows;
  const auto schema = rows.schema();
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < schema->n_children; ++i) names.emplace_back(schema->children[i]->name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"metaxy_increment", "id", "c", "metaxy_provenance_by_field", "metaxy_provenance",
                                      "metaxy_data_version_by_field", "metaxy_data_version", "metaxy_previous"}));
}

TEST_F(Resolve, PredicatesFiltersAndSkippedComparison) {
  auto store = open({root("a"), kChild});
  write_root(store, "a", {{"s1", "1"}, {"s2", "2"}, {"s3", "3"}});
  store.write(kChildKey, store.resolve_update(kChildKey, {.filters = {{FeatureKey::parse("a"), {"id <> 's3'"}}}}).rows);
  EXPECT_EQ(states(store.resolve_update(kChildKey).rows), (States{{"s3", "new"}}));
  ops::ResolveOptions predicate;
  predicate.staleness_predicates = {"c = 's1!'", "c = 'nothing'"};
  EXPECT_EQ(states(store.resolve_update(kChildKey, std::move(predicate)).rows),
            (States{{"s1", "stale"}, {"s3", "new"}}));
  EXPECT_EQ(states(store.resolve_update(kChildKey, {.skip_comparison = true}).rows).size(), 3U);
  EXPECT_TRUE(states(store.resolve_update(kChildKey, {.global_filters = {"id = 's1'"}}).rows).empty());
  // A filter on the target alone hides stored samples, which then look new.
  EXPECT_EQ(states(store.resolve_update(kChildKey, {.target_filters = {"id = 's1'"}}).rows),
            (States{{"s2", "new"}, {"s3", "new"}}));
  EXPECT_THROW(store.resolve_update(kChildKey, {.filters = {{kChildKey, {"nope = 1"}}}}), Error);
}

TEST_F(Resolve, RootsAreResolvedFromSamples) {
  auto store = open({root("a")});
  write_root(store, "a", {{"s1", "1"}, {"s2", "2"}});
  ops::ResolveOptions options;
  std::vector<Json> rows = {{{"id", "s1"}, {"metaxy_provenance_by_field", {{"v", "1"}}}},
                            {{"id", "s3"}, {"metaxy_provenance_by_field", {{"v", "3"}}}},
                            {{"id", "s2"}, {"metaxy_provenance_by_field", {{"v", "changed"}}}}};
  options.samples = arrow::make_stream({{"id"}, arrow::struct_of_text("metaxy_provenance_by_field", {"v"})}, rows);
  EXPECT_EQ(states(store.resolve_update(FeatureKey::parse("a"), std::move(options)).rows),
            (States{{"s2", "stale"}, {"s3", "new"}}));
  EXPECT_THROW(store.resolve_update(FeatureKey::parse("a")), Error);
}

TEST_F(Resolve, OrphansComeWithTheirStoredRow) {
  auto store = open({root("a"), kChild});
  write_root(store, "a", {{"s1", "1"}});
  store.write(kChildKey, store.resolve_update(kChildKey).rows);
  store.remove(FeatureKey::parse("a"), {.all = true});
  const auto rows = arrow::read_rows(store.resolve_update(kChildKey).rows);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].at("metaxy_increment"), "orphaned");
  EXPECT_EQ(rows[0].at("id"), "s1");
  EXPECT_EQ(rows[0].at("metaxy_previous").at("c"), "s1!");
}

TEST_F(Resolve, MissingUpstreamsAndCollisionsAreNamed) {
  auto store = open({root("a"), root("b"), R"({"key":"child","id_columns":["id"],"deps":["a","b"],"fields":["x"]})"});
  auto message = [&] {
    try {
      store.resolve_update(kChildKey);
      return std::string();
    } catch (const Error& error) {
      return std::string(error.what());
    }
  };
  write_root(store, "a", {{"s1", "1"}});
  EXPECT_NE(message().find("nothing has been written for b"), std::string::npos) << message();
  EXPECT_EQ(store.status(kChildKey).missing_upstreams, std::vector<FeatureKey>{FeatureKey::parse("b")});
  write_root(store, "b", {{"s1", "1"}});
  EXPECT_NE(message().find("`c` (a and b)"), std::string::npos) << message();
}

TEST_F(Resolve, ExplainsEveryState) {
  auto store = open({root("a"), kChild});
  write_root(store, "a", {{"s1", "1"}, {"s2", "2"}});
  EXPECT_EQ(store.explain(kChildKey, {{"id", "s1"}}).state, "new");
  store.write(kChildKey, store.resolve_update(kChildKey).rows);
  const auto current = store.explain(kChildKey, {{"id", "s1"}});
  EXPECT_EQ(current.state, "up_to_date");
  ASSERT_EQ(current.fields.size(), 1U);
  EXPECT_EQ(current.fields[0].preimage, "metaxy-preimage/1 field-provenance;1:x,18:__metaxy_initial__,1:a,1:v,1:1,");
  EXPECT_EQ(current.fields[0].expected_provenance, current.fields[0].stored_provenance);
  const ops::ExplainOptions outdated{.staleness_predicates = {"id = 's1'"}};
  const auto by_predicate = store.explain(kChildKey, {{"id", "s1"}}, outdated);
  EXPECT_EQ(by_predicate.state, "stale");
  EXPECT_TRUE(by_predicate.fields[0].stale);
  EXPECT_NE(by_predicate.fields[0].reason.find("a staleness predicate holds"), std::string::npos);
  EXPECT_EQ(store.explain(kChildKey, {{"id", "s2"}}, outdated).state, "up_to_date");
  write_root(store, "a", {{"s1", "other"}});
  const auto stale = store.explain(kChildKey, {{"id", "s1"}});
  EXPECT_EQ(stale.state, "stale");
  EXPECT_TRUE(stale.fields[0].stale);
  store.remove(FeatureKey::parse("a"), {.filters = {"id = 's2'"}});
  EXPECT_EQ(store.explain(kChildKey, {{"id", "s2"}}).state, "orphaned");
  EXPECT_EQ(store.explain(kChildKey, {{"id", "nowhere"}}).state, "unknown");
  EXPECT_THROW(store.explain(kChildKey, {{"ID", "s1"}}), Error);
}

TEST_F(Resolve, AStoreKeepsItsHashSettings) {
  auto store = open({root("a")});
  write_root(store, "a", {{"s1", "1"}});
  auto session = database_->open(store::Mode::Write);
  EXPECT_EQ(ops::choose_settings(*session, database_->info(), {}, false), hash::Settings{});
  EXPECT_THROW(ops::choose_settings(*session, database_->info(), {.format = hash::Format::V0}, false), Error);
  EXPECT_THROW(ops::choose_settings(*session, database_->info(), {.algorithm = hash::Algorithm::Md5}, false), Error);
}

}  // namespace
}  // namespace metaxy
