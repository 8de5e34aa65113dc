// SPDX-License-Identifier: Apache-2.0
// The law of overlays: stores read as one answer as one store that holds the records of the last, then those of the
// one before it, up to the first.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <metaxy/ops.hpp>

#include "arrow/build.hpp"
#include "arrow/read.hpp"
#include "support/database.hpp"

namespace metaxy {
namespace {

using spec::FeatureKey;

struct Step {
  int kind;
  int samples;  ///< bit set
  int value;
};

const std::vector<std::string> kFeatures = {"raw", "crop", "stats", "frame"};

std::shared_ptr<const graph::FeatureGraph> make_graph(int audio, int box) {
  const std::vector<std::string> specs = {
      R"({"key":"raw","id_columns":["id"],"fields":[{"key":"audio","code_version":")" + std::to_string(audio) +
          R"("},"frames"]})",
      R"({"key":"crop","id_columns":["id"],"deps":[{"feature":"raw","filters":["c <> 'c2'"],"rename":{"c":"grp"}}],"fields":[
          {"key":"audio","deps":[{"feature":"raw","fields":["audio"]}]},
          {"key":"box","code_version":")" +
          std::to_string(box) + R"(","deps":[{"feature":"raw","fields":["frames"]}]}]})",
      R"({"key":"stats","id_columns":["grp"],"deps":[{"feature":"crop","lineage":{"relationship":{"type":"N:1","on":["grp"]}}}],
          "fields":[{"key":"mean","deps":[{"feature":"crop","fields":["box"]}]}]})",
      R"({"key":"frame","id_columns":["id","n"],"deps":[{"feature":"raw","select":[],
          "lineage":{"relationship":{"type":"1:N","on":["id"]}}}],"fields":["pixels"]})"};
  std::vector<spec::FeatureDefinition> definitions;
  for (auto text : specs) {
    // The dependency renames, so its filter sees the new name.
    if (const auto at = text.find("c <> 'c2'"); at != std::string::npos) text.replace(at, 1, "grp");
    definitions.push_back({.spec = spec::parse_feature_spec(text)});
    definitions.back().project = "test";
  }
  return std::make_shared<graph::FeatureGraph>(graph::FeatureGraph::build(std::move(definitions)));
}

/// Rows without what depends on when something was written, in an order of their own.
std::vector<std::string> comparable(arrow::Stream stream) {
  std::vector<std::string> out;
  for (auto row : arrow::read_rows(std::move(stream))) {
    for (auto* part : {&row, row.contains("metaxy_previous") ? &row["metaxy_previous"] : &row}) {
      for (const auto* name : {"metaxy_created_at", "metaxy_updated_at", "metaxy_deleted_at"}) {
        if (part->is_object()) part->erase(name);
      }
    }
    // Members of a group come in the order of their ids; columns in that of the stores.
    std::map<std::string, std::string> sorted;
    for (const auto& [name, value] : row.items()) sorted[name] = Json::parse(value.dump()).dump();
    out.push_back(Json(sorted).dump());
  }
  std::ranges::sort(out);
  return out;
}

class Stores {
 public:
  explicit Stores(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) layers_.push_back(test::database());
    one_ = test::database();
    layer_ = count - 1;
    reopen();
  }

  void play(const Step& step) {
    for (auto* store : {overlay_.get(), whole_.get()}) act(*store, step);
    if (step.kind == 6) ++(step.value % 2 ? audio_ : box_);
    // From now on the next store is written.
    if (step.kind == 7 && layer_ > 0) --layer_;
    if (step.kind >= 6) reopen();
  }

  void compare() {
    for (const auto& name : kFeatures) {
      const auto key = FeatureKey::parse(name);
      const auto mine = overlay_->status(key), theirs = whole_->status(key);
      RC_ASSERT(mine.exists == theirs.exists);
      RC_ASSERT((std::vector{mine.rows, mine.up_to_date, mine.new_samples, mine.stale, mine.waiting, mine.orphaned}) ==
                (std::vector{theirs.rows, theirs.up_to_date, theirs.new_samples, theirs.stale, theirs.waiting,
                             theirs.orphaned}));
      if (theirs.exists) {
        for (const auto& options : reads()) {
          RC_ASSERT(comparable(overlay_->read(key, options)) == comparable(whole_->read(key, options)));
        }
      }
      if (theirs.is_root || !theirs.missing_upstreams.empty()) continue;
      RC_ASSERT(increment(*overlay_, key) == increment(*whole_, key));
    }
  }

 private:
  static std::vector<ops::ReadOptions> reads() {
    return {{},
            {.feature_history = true},
            {.sample_history = true, .feature_history = true, .include_soft_deleted = true},
            {.filters = {"metaxy_provenance < '8'"}, .feature_history = true, .include_soft_deleted = true}};
  }

  static std::vector<std::string> increment(ops::MetadataStore& store, const FeatureKey& key) {
    return comparable(store.resolve_update(key, {.with_previous = true}).rows);
  }

  void reopen() {
    auto graph = make_graph(audio_, box_);
    ops::Rules rules;
    rules.project = "test";
    std::vector<ops::NamedStore> fallbacks;
    for (std::size_t i = layer_ + 1; i < layers_.size(); ++i) {
      fallbacks.push_back({"layer" + std::to_string(i), layers_[i]->open(store::Mode::Read)});
    }
    overlay_ = std::make_unique<ops::MetadataStore>(ops::NamedStore{"first", layers_[layer_]->open(store::Mode::Write)},
                                                    std::move(fallbacks), graph, rules);
    whole_ = std::make_unique<ops::MetadataStore>(one_->open(store::Mode::Write), graph, rules);
  }

  static void act(ops::MetadataStore& store, const Step& step) {
    switch (step.kind) {
      case 0:
      case 1: return write_root(store, step);
      case 2:
      case 3:
      case 4: return rerun(store, step, kFeatures[static_cast<std::size_t>(step.value) % 3 + 1]);
      case 5: return remove(store, step, kFeatures[static_cast<std::size_t>(step.value) % kFeatures.size()]);
      default: return;
    }
  }

  static void write_root(ops::MetadataStore& store, const Step& step) {
    std::vector<Json> rows;
    for (int i = 0; i < 6; ++i) {
      if (!(step.samples & (1 << i))) continue;
      const auto text = std::to_string(step.value % 3);
      rows.push_back({{"id", "s" + std::to_string(i)},
                      {"c", "c" + std::to_string((step.value + i) % 4)},
                      {"metaxy_provenance_by_field", {{"audio", text}, {"frames", "f" + std::to_string(step.value)}}}});
    }
    store.write(FeatureKey::parse("raw"),
                arrow::make_stream(
                    {{"id"}, {"c"}, arrow::struct_of_text("metaxy_provenance_by_field", {"audio", "frames"})}, rows));
  }

  static void rerun(ops::MetadataStore& store, const Step& step, const std::string& feature) {
    const auto key = FeatureKey::parse(feature);
    if (!store.status(key).missing_upstreams.empty()) return;
    const std::string id = feature == "stats" ? "grp" : "id";
    std::vector<Json> rows;
    for (const auto& row : arrow::read_rows(store.resolve_update(key).rows)) {
      if (row.at("metaxy_increment") == "orphaned") continue;
      const auto sample = row.at(id).get<std::string>();
      if (!(step.samples & (1 << (sample.back() - '0')))) continue;
      Json record = {{id, sample}, {"metaxy_provenance_by_field", row.at("metaxy_provenance_by_field")}};
      if (feature == "crop") record["grp"] = row.at("grp");
      for (int n = 0; n < (feature == "frame" ? step.value % 3 + 1 : 1); ++n) {
        if (feature == "frame") record["n"] = n;
        rows.push_back(record);
      }
    }
    std::vector<std::string> members;
    for (const auto& field : store.graph().get(key).spec.fields) members.push_back(field.key.struct_key());
    std::vector<arrow::Field> columns = {{id}, arrow::struct_of_text("metaxy_provenance_by_field", members)};
    if (feature == "crop") columns.push_back({"grp"});
    if (feature == "frame") columns.push_back({"n", arrow::kInt64});
    store.write(key, arrow::make_stream(columns, rows));
  }

  static void remove(ops::MetadataStore& store, const Step& step, const std::string& feature) {
    const auto key = FeatureKey::parse(feature);
    if (!store.status(key).exists) return;
    const std::string prefix = feature == "stats" ? "grp = 'c" : "id = 's";
    store.remove(key, {.filters = {prefix + std::to_string(step.samples % 6) + "'"}});
  }

  std::vector<std::unique_ptr<store::Store>> layers_;
  std::unique_ptr<store::Store> one_;
  std::size_t layer_ = 0;
  int audio_ = 1;
  int box_ = 1;
  std::unique_ptr<ops::MetadataStore> overlay_;
  std::unique_ptr<ops::MetadataStore> whole_;
};

RC_GTEST_PROP(Overlay, AnswersAsOneStoreWithAllRecords, ()) {
  Stores stores(*rc::gen::element(std::size_t{2}, std::size_t{3}));
  const auto steps = *rc::gen::container<std::vector<std::tuple<int, int, int>>>(
      rc::gen::tuple(rc::gen::inRange(0, 8), rc::gen::inRange(1, 64), rc::gen::inRange(0, 12)));
  for (const auto& [kind, samples, value] : steps) stores.play({kind, samples, value});
  stores.compare();
}

}  // namespace
}  // namespace metaxy
