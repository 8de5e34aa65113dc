// SPDX-License-Identifier: Apache-2.0
// Laws over random graphs: order of writing changes nothing, an edit changes exactly what depends on it, every planted
// fault is told. Reachability is computed here on its own, from plain adjacency lists.
#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <metaxy/graph.hpp>

#include "support/definitions.hpp"

namespace metaxy::graph {
namespace {

using Definitions = std::vector<spec::FeatureDefinition>;
using FieldName = std::pair<std::string, std::string>;

std::string feature_name(std::size_t i) { return (i % 3 == 0 ? "f/n" : "f-n") + std::to_string(i); }
std::string field_name(std::size_t i) { return "p" + std::to_string(i); }

/// Where a random graph has its edges, apart from the definitions made of it.
struct Shape {
  Definitions definitions;
  std::map<FieldName, std::set<FieldName>> parents;
};

/// Every dep of every field is written out, so that the edges are known without any mapping.
Shape random_shape() {
  Shape out;
  const auto count = *rc::gen::inRange<std::size_t>(1, 12);
  std::vector<std::size_t> field_counts;
  for (std::size_t i = 0; i < count; ++i) {
    field_counts.push_back(*rc::gen::inRange<std::size_t>(1, 5));
    std::set<std::size_t> upstreams;
    for (std::size_t k = 0; i > 0 && k < 3; ++k) upstreams.insert(*rc::gen::inRange<std::size_t>(0, i));
    if (*rc::gen::inRange(0, 4) == 0) upstreams.clear();
    std::vector<spec::FieldSpec> fields;
    for (std::size_t f = 0; f < field_counts[i]; ++f) {
      auto field = test::field(field_name(f), std::to_string(*rc::gen::inRange(0, 3)));
      std::vector<spec::FieldDep> deps;
      auto& parents = out.parents[{feature_name(i), field_name(f)}];
      for (const std::size_t up : upstreams) {
        if (!deps.empty() && *rc::gen::arbitrary<bool>()) continue;
        const auto chosen = field_name(*rc::gen::inRange<std::size_t>(0, field_counts[up]));
        deps.push_back(test::field_dep(feature_name(up), {chosen}));
        parents.insert({feature_name(up), chosen});
      }
      field.deps = deps;
      fields.push_back(field);
    }
    std::vector<spec::FeatureDep> deps;
    for (const std::size_t up : upstreams) deps.push_back(test::dep(feature_name(up)));
    out.definitions.push_back(test::feature(feature_name(i), fields, deps));
  }
  return out;
}

/// A random graph that leaves everything to mappings.
Definitions random_mapped() {
  const auto names = std::vector<std::string>{"audio", "x/audio", "y/x/audio", "text"};
  Definitions out;
  const auto count = *rc::gen::inRange<std::size_t>(1, 10);
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<spec::FieldSpec> fields;
    for (const auto& name : names) {
      if (fields.empty() || *rc::gen::arbitrary<bool>()) fields.push_back(test::field(name, name));
    }
    std::vector<spec::FeatureDep> deps;
    std::set<std::size_t> upstreams;
    for (std::size_t k = 0; i > 0 && k < 3; ++k) upstreams.insert(*rc::gen::inRange<std::size_t>(0, i));
    for (const std::size_t up : upstreams) {
      deps.push_back(test::dep(feature_name(up)));
      deps.back().fields_mapping = spec::DefaultMapping{.match_suffix = *rc::gen::arbitrary<bool>()};
    }
    out.push_back(test::feature(feature_name(i), fields, deps));
  }
  return out;
}

template <class Item>
std::vector<Item> shuffled(std::vector<Item> items) {
  std::vector<Item> out;
  while (!items.empty()) {
    const auto at = *rc::gen::inRange<std::size_t>(0, items.size());
    out.push_back(items[at]);
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(at));
  }
  return out;
}

std::map<FieldName, std::string> field_versions(const FeatureGraph& graph) {
  std::map<FieldName, std::string> out;
  for (const auto& definition : graph.definitions()) {
    for (const auto& field : graph.versions(definition.spec.key).fields) {
      out[{definition.spec.key.to_string(), field.key.to_string()}] = field.version;
    }
  }
  return out;
}

hash::Format any_format() { return *rc::gen::element(hash::Format::V0, hash::Format::V1); }

FeatureGraph build(Definitions definitions, hash::Format format) {
  return FeatureGraph::build(std::move(definitions), {format, 32});
}

TEST(GraphLaws, OrderOfDefinitionsChangesNothing) {
  EXPECT_TRUE(rc::check([] {
    const auto given = random_mapped();
    const auto format = any_format();
    const auto one = build(given, format);
    const auto two = build(shuffled(given), format);
    for (const auto& definition : given) {
      const auto& a = one.versions(definition.spec.key);
      const auto& b = two.versions(definition.spec.key);
      RC_ASSERT(a.feature_version == b.feature_version);
      RC_ASSERT(a.definition_version == b.definition_version);
    }
    RC_ASSERT(one.project_version("demo") == two.project_version("demo"));
    RC_ASSERT(one.topological_order() == two.topological_order());
  }));
}

TEST(GraphLaws, OrderOfFieldsAndDepsChangesNoFieldFeatureOrCodeVersion) {
  EXPECT_TRUE(rc::check([] {
    const auto given = random_mapped();
    const auto format = any_format();
    auto turned = given;
    for (auto& definition : turned) {
      definition.spec.fields = shuffled(definition.spec.fields);
      definition.spec.deps = shuffled(definition.spec.deps);
    }
    const auto one = build(given, format);
    const auto two = build(turned, format);
    RC_ASSERT(field_versions(one) == field_versions(two));
    for (const auto& definition : given) {
      RC_ASSERT(one.versions(definition.spec.key).feature_version == two.versions(definition.spec.key).feature_version);
      RC_ASSERT(one.versions(definition.spec.key).code_version == two.versions(definition.spec.key).code_version);
    }
  }));
}

/// The field and everything that reads it, directly or not.
std::set<FieldName> readers_of(const std::map<FieldName, std::set<FieldName>>& parents, const FieldName& source) {
  std::set<FieldName> out = {source};
  for (std::size_t before = 0; before != out.size();) {
    before = out.size();
    for (const auto& [field, reads] : parents) {
      if (std::ranges::any_of(reads, [&](const FieldName& parent) { return out.contains(parent); })) out.insert(field);
    }
  }
  return out;
}

TEST(GraphLaws, AnEditChangesExactlyItsReaders) {
  EXPECT_TRUE(rc::check([] {
    const Shape shape = random_shape();
    const auto format = any_format();
    auto edited = shape.definitions;
    auto& definition = edited[*rc::gen::inRange<std::size_t>(0, edited.size())];
    auto& field = definition.spec.fields[*rc::gen::inRange<std::size_t>(0, definition.spec.fields.size())];
    field.code_version += "-edited";
    const auto before = field_versions(build(shape.definitions, format));
    const auto after = field_versions(build(edited, format));
    std::set<FieldName> changed;
    for (const auto& [name, version] : before) {
      if (after.at(name) != version) changed.insert(name);
    }
    const auto expected = readers_of(shape.parents, {definition.spec.key.to_string(), field.key.to_string()});
    RC_ASSERT(changed == expected);
  }));
}

TEST(GraphLaws, ColumnsAndTextsChangeNoFieldVersion) {
  EXPECT_TRUE(rc::check([] {
    const auto given = random_mapped();
    const auto format = any_format();
    auto edited = given;
    for (auto& definition : edited) {
      definition.spec.description = "other";
      definition.spec.metadata = R"({"a":1})";
      for (auto& dep : definition.spec.deps) {
        dep.optional = true;
        dep.rename = test::Names{{"path", "path_of_" + dep.feature.struct_key()}};
        dep.sql_filters = {"size > 1"};
      }
    }
    RC_ASSERT(field_versions(build(given, format)) == field_versions(build(edited, format)));
  }));
}

TEST(GraphLaws, UpstreamsComeFirst) {
  EXPECT_TRUE(rc::check([] {
    const auto given = random_mapped();
    const auto graph = build(given, hash::Format::V1);
    std::map<FeatureKey, std::size_t> at;
    for (const auto& key : graph.topological_order()) at.emplace(key, at.size());
    RC_ASSERT(at.size() == given.size());
    for (const auto& definition : given) {
      for (const auto& dep : definition.spec.deps) RC_ASSERT(at.at(dep.feature) < at.at(definition.spec.key));
    }
  }));
}

TEST(GraphLaws, EveryPlantedFaultIsTold) {
  EXPECT_TRUE(rc::check([] {
    auto bad = random_shape().definitions;
    std::set<std::string> planted;
    const auto plant = [&](const std::string& text) {
      const bool chosen = *rc::gen::arbitrary<bool>();
      if (chosen) planted.insert(text);
      return chosen;
    };
    auto& first = bad.front().spec;
    const std::string subject = "feature " + first.key.to_string();
    if (plant(subject + ": has no id columns")) first.id_columns.clear();
    if (plant(subject + ", field p0: is defined twice")) first.fields.push_back(first.fields.front());
    if (plant("feature lost, dep nowhere: there is no such feature")) {
      bad.push_back(test::feature("lost", {test::field("x")}, {test::dep("nowhere")}));
    }
    if (plant("feature loop: depends on itself: loop → loop")) {
      bad.push_back(test::feature("loop", {test::field("x")}, {test::dep("loop")}));
    }
    if (plant("feature t_t: would share the table `t_t` with feature t-t")) {
      bad.push_back(test::feature("t-t", {test::field("x")}));
      bad.push_back(test::feature("t_t", {test::field("x")}));
    }
    if (plant("feature twice: is defined twice")) {
      bad.insert(bad.end(), 2, test::feature("twice", {test::field("x")}));
    }
    std::set<std::string> told;
    try {
      (void)FeatureGraph::build(bad);
    } catch (const Error& error) {
      for (const auto& fault : error.faults()) told.insert(fault.subject + ": " + fault.message);
    }
    RC_ASSERT(told == planted);
  }));
}

TEST(GraphStress, LongChainsNeedNoDeepStack) {
  constexpr std::size_t kLength = 10000;
  Definitions chain;
  for (std::size_t i = 0; i < kLength; ++i) {
    std::vector<spec::FeatureDep> deps;
    if (i > 0) deps.push_back(test::dep("n" + std::to_string(i - 1)));
    chain.push_back(test::feature("n" + std::to_string(i), {test::field("x")}, deps));
  }
  const auto graph = FeatureGraph::build(chain);
  const auto first = FeatureKey::parse("n0");
  EXPECT_EQ(graph.topological_order().size(), kLength);
  EXPECT_EQ(graph.downstream({first}).size(), kLength - 1);
  EXPECT_EQ(graph.upstream({chain.back().spec.key}).front(), first);
  chain.front().spec.deps.push_back(test::dep("n" + std::to_string(kLength - 1)));
  const Error error = test::error_of([&] { (void)FeatureGraph::build(chain); });
  ASSERT_EQ(error.faults().size(), 1U);
  EXPECT_EQ(
      error.faults()[0].message,
      "depends on itself: n0 → n9999 → n9998 → n9997 → n9996 → n9995 → n9994 → n9993 → n9992 → n9991 → … 9981 more … "
      "→ n9 → n8 → n7 → n6 → n5 → n4 → n3 → n2 → n1 → n0");
}

}  // namespace
}  // namespace metaxy::graph
