// SPDX-License-Identifier: Apache-2.0
// Random histories, then a cascade: exactly what plain loops over the rows say goes, nothing of it is left for
// resolving to find, and the preview said so. And a copy of any history gives the same increments.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/scene.hpp"

namespace metaxy {
namespace {

using Set = std::multiset<std::string>;
using Samples = std::map<std::string, Set>;

const std::vector<std::string> kFeatures = {"video", "note", "crop", "frame", "stats", "report", "noted", "either"};
const std::vector<std::string> kSpecs = {
    R"({"key":"video","id_columns":["id"],"fields":["v"]})",
    R"({"key":"note","id_columns":["id"],"fields":["v"]})",
    R"({"key":"crop","id_columns":["id"],"deps":[{"feature":"video","select":[]}],"fields":["v"]})",
    R"({"key":"frame","id_columns":["id","n"],"deps":[{"feature":"crop","select":[],
        "lineage":{"relationship":{"type":"1:N","on":["id"]}}}],"fields":["v"]})",
    R"({"key":"stats","id_columns":["grp"],"deps":[{"feature":"crop","select":["grp"],
        "lineage":{"relationship":{"type":"N:1","on":["grp"]}}}],"fields":["v"]})",
    R"({"key":"report","id_columns":["grp"],"deps":[{"feature":"stats"}],"fields":["v"]})",
    R"({"key":"noted","id_columns":["id"],"deps":[{"feature":"crop","select":[]},
        {"feature":"note","select":[],"optional":true}],"fields":["v"]})",
    R"({"key":"either","id_columns":["id"],"deps":[{"feature":"crop","select":[],"optional":true},
        {"feature":"note","select":[],"optional":true}],"fields":["v"]})"};

std::string name_of(int sample) { return "s" + std::to_string(sample); }

/// Ids of live rows, those of frames without their number.
std::string id_of(const std::string& feature, const Json& row) {
  return row.at(feature == "stats" || feature == "report" ? "grp" : "id").get<std::string>();
}

class History {
 public:
  History() : scene(kSpecs) {
    write("video", 63, 0);
    write("note", 21, 0);
    run(63, 1);
  }

  void play(int kind, int samples, int value) {
    if (kind == 0) write(value % 2 ? "video" : "note", samples, value);
    if (kind == 1) run(samples, value);
    const auto feature = kFeatures[static_cast<std::size_t>(value) % kFeatures.size()];
    if (kind == 2) scene.store().remove(Scene::key(feature), {.filters = {filter(feature, samples)}});
    if (kind == 3) scene.now += std::chrono::seconds(value - 6);
  }

  static std::string filter(const std::string& feature, int samples) {
    std::string out;
    const bool group = feature == "stats" || feature == "report";
    for (int i = 0; i < 6; ++i) {
      if (!(samples & (1 << i))) continue;
      out += std::string(out.empty() ? "" : ", ") + "'" + (group ? "g" + std::to_string(i % 3) : name_of(i)) + "'";
    }
    return std::string(group ? "grp" : "id") + " IN (" + out + ")";
  }

  Samples live() {
    Samples out;
    for (const auto& feature : kFeatures) {
      for (const auto& row : scene.read(feature)) out[feature].insert(id_of(feature, row));
    }
    return out;
  }

  /// What a cascade takes, by plain loops.
  Samples lost(const std::string& from, int samples) {
    Samples gone;
    for (const auto& row : scene.read(from, {.filters = {filter(from, samples)}})) gone[from].insert(id_of(from, row));
    auto follow = [&](const std::string& upstream, const std::string& feature) {
      for (const auto& row : scene.read(feature)) {
        if (gone[upstream].count(id_of(feature, row)) && feature != from) gone[feature].insert(id_of(feature, row));
      }
    };
    follow("video", "crop");
    follow("crop", "frame");
    follow("crop", "noted");
    std::map<std::string, int> members, leaving;
    for (const auto& row : scene.read("crop")) {
      const auto group = row.at("grp").get<std::string>();
      ++members[group];
      if (gone["crop"].count(id_of("crop", row))) ++leaving[group];
    }
    for (const auto& row : scene.read("stats")) {
      const auto group = id_of("stats", row);
      if (from != "stats" && leaving[group] > 0 && leaving[group] == members[group]) gone["stats"].insert(group);
    }
    follow("stats", "report");
    const auto before = live();
    auto stays = [&](const std::string& feature, const std::string& id) {
      return before.count(feature) && before.at(feature).count(id) && !gone[feature].count(id);
    };
    for (const auto& row : scene.read("either")) {
      const auto id = id_of("either", row);
      const bool touched = gone["crop"].count(id) || gone["note"].count(id);
      if (from != "either" && touched && !stays("crop", id) && !stays("note", id)) gone["either"].insert(id);
    }
    return gone;
  }

  std::map<std::string, std::uint64_t> cascade(const std::string& from, int samples, bool hard, bool dry_run) {
    std::map<std::string, std::uint64_t> out;
    ops::DeleteOptions options{.filters = {filter(from, samples)}, .hard = hard, .cascade = true, .dry_run = dry_run};
    for (const auto& each : scene.store().remove(Scene::key(from), options).features) {
      out[each.feature.to_string()] = each.samples;
    }
    return out;
  }

  Samples orphans() {
    Samples out;
    for (const auto& feature : kFeatures) {
      if (feature == "video" || feature == "note") continue;
      for (const auto& row : arrow::read_rows(scene.store().resolve_update(Scene::key(feature)).rows)) {
        if (row.at("metaxy_increment") == "orphaned") out[feature].insert(id_of(feature, row.at("metaxy_previous")));
      }
    }
    return out;
  }

  Scene scene;

 private:
  void write(const std::string& feature, int samples, int value) {
    std::vector<Json> rows;
    for (int i = 0; i < 6; ++i) {
      if (samples & (1 << i)) rows.push_back({{"id", name_of(i)}});
    }
    if (!rows.empty()) scene.write(feature, rows, std::to_string(value));
  }

  /// Brings samples up to date, as far as `samples` goes.
  void run(int samples, int value) {
    auto wanted = [&](const Json& row, const char* column) {
      return (samples & (1 << ((row.at(column).get<std::string>().back() - '0') % 6))) != 0;
    };
    auto rows = [&](const char* column, int children) {
      return [=](const Json& row) {
        std::vector<Json> out;
        for (int n = 0; wanted(row, column) && n < std::max(children, 1); ++n) {
          out.push_back({{column, row.at(column)}});
          if (children > 0) out.back()["n"] = std::to_string(n);
        }
        return out;
      };
    };
    scene.run("crop", [&](const Json& row) {
      auto out = rows("id", 0)(row);
      for (auto& each : out) each["grp"] = "g" + std::to_string((row.at("id").get<std::string>().back() + value) % 3);
      return out;
    });
    scene.run("frame", rows("id", value % 3 + 1));
    scene.run("stats", rows("grp", 0));
    scene.run("report", rows("grp", 0));
    scene.run("noted", rows("id", 0));
    scene.run("either", rows("id", 0));
  }
};

Samples without_empty(Samples samples) {
  std::erase_if(samples, [](const auto& each) { return each.second.empty(); });
  return samples;
}

Samples minus(Samples from, const Samples& taken) {
  for (const auto& [feature, ids] : taken) {
    for (const auto& id : ids) from[feature].erase(id);
  }
  return without_empty(std::move(from));
}

using Step = std::tuple<int, int, int>;

/// Any of the range whatever the size of the test: rapidcheck draws from the beginning of ranges when it is small.
int draw(int from, int to) { return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(from, to)); }

std::vector<Step> draw_steps() {
  std::vector<Step> out;
  for (int left = draw(0, 7); left > 0; --left) out.emplace_back(draw(0, 4), draw(1, 64), draw(0, 12));
  return out;
}

RC_GTEST_PROP(Removal, ACascadeTakesWhatWasMadeAndNothingElse, ()) {
  History history;
  for (const auto& [kind, samples, value] : draw_steps()) history.play(kind, samples, value);
  const auto from = kFeatures[static_cast<std::size_t>(draw(0, 8))];
  const auto samples = draw(1, 64);
  const auto before = history.live();
  const auto orphans = history.orphans();
  const auto lost = history.lost(from, samples);

  const auto preview = history.cascade(from, samples, false, true);
  RC_ASSERT(history.live() == before);
  const auto done = history.cascade(from, samples, false, false);
  RC_ASSERT(preview == done);
  RC_ASSERT(without_empty(history.live()) == minus(before, lost));
  for (const auto& [feature, count] : done) {
    const auto at = lost.find(feature);
    RC_ASSERT(count == (at == lost.end() ? 0U : at->second.size()));
  }
  RC_ASSERT(without_empty(history.orphans()) == minus(orphans, lost));
  // Hard also takes what was made from samples that were deleted alone before: the orphans among what is left.
  const auto hard = history.cascade(from, samples, true, true);
  RC_ASSERT(history.cascade(from, samples, true, false) == hard);
  const auto left = history.orphans();
  for (const auto& [feature, ids] : left) {
    for (const auto& id : ids) RC_ASSERT(orphans.count(feature) && orphans.at(feature).count(id));
  }
  for (const auto& [feature, ids] : without_empty(history.live())) {
    const auto known = before.at(feature);
    for (const auto& id : ids) RC_ASSERT(known.count(id));
  }
  RC_ASSERT(
      history.scene.read(from, {.filters = {History::filter(from, samples)}, .include_soft_deleted = true}).empty());
}

RC_GTEST_PROP(Removal, ACopyOfAnyHistoryGivesTheSameIncrements, ()) {
  History history;
  Scene copy(kSpecs);
  auto& source = history.scene;
  const bool complete = draw(0, 2) == 1;
  const ops::CopyOptions options{.sample_history = complete};
  for (const auto& [kind, samples, value] : draw_steps()) {
    history.play(kind, samples, value);
    if (value == 0) copy.store().copy_from(source.store(), options);
  }
  copy.store().copy_from(source.store(), options);
  RC_ASSERT(copy.store().copy_from(source.store(), options).records == 0U);
  for (const auto& feature : kFeatures) {
    if (complete) RC_ASSERT(copy.everything(feature) == source.everything(feature));
    if (feature == "video" || feature == "note") continue;
    Set one, other;
    for (auto& row : arrow::read_rows(source.store().resolve_update(Scene::key(feature)).rows)) one.insert(row.dump());
    for (auto& row : arrow::read_rows(copy.store().resolve_update(Scene::key(feature)).rows)) other.insert(row.dump());
    RC_ASSERT(one == other);
  }
}

}  // namespace
}  // namespace metaxy
