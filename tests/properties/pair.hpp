// SPDX-License-Identifier: Apache-2.0
// The DuckDB store and the oracle, fed with the same things: both must put every sample into the same state with the
// same digests. What differs is thrown.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <metaxy/ops.hpp>

#include "arrow/build.hpp"
#include "arrow/read.hpp"
#include "oracle/oracle.hpp"
#include "support/database.hpp"

namespace metaxy {

using spec::FeatureKey;

inline void agree(bool condition, const std::string& what) {
  if (!condition) throw std::logic_error("the store and the oracle differ in " + what);
}

struct Step {
  int kind;
  int feature;
  int samples;  ///< bit set of samples
  int value;
};

/// `edits`: how often each thing was changed. A code version goes up; what may be there or not changes sides.
inline std::shared_ptr<const graph::FeatureGraph> make_graph(const std::map<std::string, int>& edits,
                                                             hash::Format format) {
  auto count = [&](const std::string& thing) {
    const auto found = edits.find(thing);
    return found == edits.end() ? 0 : found->second;
  };
  auto code = [&](const std::string& field) { return "\"" + std::to_string(count(field) + 1) + "\""; };
  auto where = [&](const std::string& thing, bool at_first, const std::string& text) {
    return (count(thing) % 2 == 0) == at_first ? text : "";
  };
  const std::vector<std::string> specs = {
      R"({"key":"video/raw","id_columns":["vid"],"fields":[{"key":"audio","code_version":)" + code("audio") +
          R"(},{"key":"frames","code_version":)" + code("frames") + "}]}",
      R"({"key":"text/raw","id_columns":["id"],"fields":[{"key":"words","code_version":)" + code("words") + "}]}",
      R"({"key":"crop","id_columns":["id"],"deps":[{"feature":"video/raw","rename":{"vid":"id"}}],"fields":[
          {"key":"audio","deps":[{"feature":"video/raw","fields":["audio"]}]},
          {"key":"box/face","code_version":)" +
          code("box") + R"(,"deps":[{"feature":"video/raw","fields":["frames"]}]})" +
          where("hue", false, R"(,{"key":"hue","deps":[{"feature":"video/raw","fields":["frames"]}]})") + "]}",
      R"({"key":"joined","id_columns":["id"],"deps":[{"feature":"crop","select":[],"filters":["grp <> 'g1'"]})" +
          where("note", true, R"(,{"feature":"text/raw","select":[],"optional":true})") +
          R"(],"fields":[{"key":"score","deps":[{"feature":"crop","fields":["box/face"]})" +
          where("note", true, R"(,{"feature":"text/raw","fields":["words"]})") + "]}]}",
      R"({"key":"stats","id_columns":["grp"],"deps":[{"feature":"crop","lineage":{"relationship":{"type":"N:1","on":["grp"]}}}],
          "fields":[{"key":"mean","deps":[{"feature":"crop","fields":["audio"]}]},{"key":"count"}]})",
      R"({"key":"frame","id_columns":["id","n"],"deps":[{"feature":"video/raw","rename":{"vid":"id"},
          "lineage":{"relationship":{"type":"1:N","on":["id"]}}}],
          "fields":[{"key":"pixels","deps":[{"feature":"video/raw","fields":["frames"]}]}]})",
      R"({"key":"mosaic","id_columns":["id"],"deps":[{"feature":"crop","select":[]},
          {"feature":"frame","select":["n"],"lineage":{"relationship":{"type":"N:1","on":["id"]}}}],"fields":["tile"]})"};
  std::vector<spec::FeatureDefinition> definitions;
  for (const auto& text : specs) {
    spec::FeatureDefinition definition{.spec = spec::parse_feature_spec(text)};
    definition.project = "test";
    definitions.push_back(std::move(definition));
  }
  const auto length = format == hash::Format::V0 ? std::size_t{16} : hash::kLengthV1;
  return std::make_shared<graph::FeatureGraph>(graph::FeatureGraph::build(std::move(definitions), {format, length}));
}

/// The store under test and the oracle, fed with the same things.
class Pair {
 public:
  /// `order` decides how rows are shuffled before they are written.
  explicit Pair(hash::Settings settings, int threads = 2, unsigned order = 0)
      : settings_(settings),
        threads_(threads),
        order_(order),
        database_(open_database()),
        model_(make_graph({}, settings.format), settings) {
    reopen();
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  void play(const Step& step) {
    static const std::vector<std::string> edits = {"audio", "frames", "words", "box", "note", "hue"};
    model_.set_time(++time_);
    switch (step.kind) {
      case 0:
      case 1: return write_root(step);
      case 2: return rerun(derived()[static_cast<std::size_t>(step.feature) % derived().size()], step);
      case 3: return rerun(step.feature % 2 == 0 ? "crop" : "frame", step);
      case 4: return remove(step, false);
      case 6: return remove(step, true);
      case 7: return move();
      default: return edit(edits[static_cast<std::size_t>(step.value) % edits.size()]);
    }
  }

  /// A field's code version goes up, joined gets or loses an upstream (`note`), crop a field (`hue`).
  void edit(const std::string& thing) {
    ++edits_[thing];
    reopen();
  }

  /// Copies everything to a new store and goes on there.
  void move() {
    auto database = open_database();
    auto store = open_store(*database);
    const ops::CopyOptions everything{.sample_history = true};
    store->copy_from(*store_, everything);
    agree(store->copy_from(*store_, everything).records == 0, "what has been copied");
    store_ = std::move(store);
    database_ = std::move(database);
  }

  static std::vector<std::string> derived() { return {"crop", "joined", "stats", "frame", "mosaic"}; }

  void compare(const std::string& feature) {
    const auto key = FeatureKey::parse(feature);
    if (!is_resolvable(key)) return;
    const auto plan = store_->graph().plan(key);
    const auto rows = arrow::read_rows(store_->resolve_update(key).rows);
    const auto wanted = model_.resolve(key);
    std::map<std::string, Json> fresh, stale;
    std::set<std::string> orphaned;
    for (const auto& row : rows) {
      const auto id = oracle::id_of(row, plan.join_columns);
      if (row.at("metaxy_increment") == "new") fresh[id] = row;
      if (row.at("metaxy_increment") == "stale") stale[id] = row;
      if (row.at("metaxy_increment") == "orphaned")
        orphaned.insert(oracle::id_of(row.at("metaxy_previous"), plan.feature.id_columns));
    }
    expect_samples(fresh, wanted.fresh);
    expect_samples(stale, wanted.stale);
    agree(orphaned == wanted.orphaned, "orphans of " + feature);
    const auto status = store_->status(key);
    agree(status.new_samples == wanted.fresh.size(), "new samples of " + feature);
    agree(status.stale == wanted.stale.size(), "stale samples of " + feature);
    agree(status.orphaned == orphaned_samples(wanted, plan), "orphaned samples of " + feature);
    agree(status.waiting == wanted.waiting.size(), "waiting samples of " + feature);
    agree(status.up_to_date == wanted.up_to_date.size(), "current samples of " + feature);
    if (exists(key)) compare_read(key, model_, {});
  }

  /// The same for what was there after an earlier step, whatever happened since.
  void compare_then(const std::string& feature, int chosen) {
    const auto key = FeatureKey::parse(feature);
    if (!is_resolvable(key)) return;
    const auto plan = store_->graph().plan(key);
    const int time = chosen % (time_ + 1);
    const auto then = model_.as_of(time);
    const auto wanted = then.resolve(key);
    std::map<std::string, Json> fresh, stale;
    for (const auto& row : arrow::read_rows(store_->resolve_update(key, {.as_of = time_of(time)}).rows)) {
      const auto id = oracle::id_of(row, plan.join_columns);
      if (row.at("metaxy_increment") == "new") fresh[id] = row;
      if (row.at("metaxy_increment") == "stale") stale[id] = row;
    }
    expect_samples(fresh, wanted.fresh);
    expect_samples(stale, wanted.stale);
    if (exists(key)) compare_read(key, then, {.as_of = time_of(time)});
  }

  /// Computes part of what an increment asks for: groups, and samples whose number is in the set.
  void rerun(const std::string& feature, const Step& step) {
    const auto key = FeatureKey::parse(feature);
    if (!is_resolvable(key)) return;
    const auto plan = store_->graph().plan(key);
    std::vector<Json> rows;
    for (const auto& row : arrow::read_rows(store_->resolve_update(key).rows)) {
      if (row.at("metaxy_increment") == "orphaned") continue;
      const auto id = row.at(plan.join_columns.front()).get<std::string>();
      if (!(step.samples & (1 << (id.back() - '0')))) continue;
      Json record = {{plan.join_columns.front(), id},
                     {"metaxy_provenance_by_field", row.at("metaxy_provenance_by_field")}};
      if (key.to_string() == "crop") record["grp"] = "g" + std::to_string((step.value + id.back()) % 2);
      for (int n = 0; n < (key.to_string() == "frame" ? step.value % 3 + 1 : 1); ++n) {
        if (key.to_string() == "frame") record["n"] = n;
        rows.push_back(record);
      }
    }
    std::vector<std::string> members;
    for (const auto& field : plan.fields) members.push_back(field.key.struct_key());
    std::vector<arrow::Field> columns = {{plan.join_columns.front(), arrow::kText},
                                         arrow::struct_of_text("metaxy_provenance_by_field", members)};
    if (key.to_string() == "crop") columns.push_back({"grp", arrow::kText});
    if (key.to_string() == "frame") columns.push_back({"n", arrow::kInt64});
    write(key, columns, std::move(rows));
  }

  /// Nothing is left to be done.
  void expect_all_current() {
    for (const auto& feature : derived()) {
      const auto status = store_->status(FeatureKey::parse(feature));
      agree(status.up_to_date > 0 && !status.needs_update() && status.waiting == 0, "the end of " + feature);
    }
  }

 private:
  static Timestamp time_of(int time) {
    constexpr std::chrono::seconds kStart{1'700'000'000};
    return Timestamp(kStart + std::chrono::seconds(time));
  }

  std::unique_ptr<store::Store> open_database() const { return test::database(threads_); }

  std::unique_ptr<ops::MetadataStore> open_store(const store::Store& database) {
    ops::Rules rules;
    rules.hash = settings_;
    rules.project = "test";
    rules.clock = [this] { return time_of(time_); };
    return std::make_unique<ops::MetadataStore>(database.open(store::Mode::Write), graph_, rules);
  }

  void reopen() {
    graph_ = make_graph(edits_, settings_.format);
    model_.set_graph(graph_);
    store_ = open_store(*database_);
  }

  bool exists(const FeatureKey& key) const { return written_.count(key) > 0; }

  /// Every required upstream has a table.
  bool is_resolvable(const FeatureKey& key) {
    const auto plan = store_->graph().plan(key);
    return std::all_of(plan.deps.begin(), plan.deps.end(),
                       [&](const graph::PlanDep& dep) { return dep.dep.optional || exists(dep.upstream.key); });
  }

  /// Status counts a vanished parent once, however many children it has.
  static std::size_t orphaned_samples(const oracle::Answer& answer, const graph::FeaturePlan& plan) {
    std::set<std::string> parents;
    for (const auto& id : answer.orphaned) {
      Json row = Json::object();
      const auto values = parse_json(id);
      for (std::size_t i = 0; i < values.size(); ++i) row[plan.feature.id_columns[i]] = values[i];
      parents.insert(oracle::id_of(row, plan.join_columns));
    }
    return parents.size();
  }

  void write_root(const Step& step) {
    const bool video = step.feature % 2 == 0;
    std::vector<Json> rows;
    for (int i = 0; i < 6; ++i) {
      if (!(step.samples & (1 << i))) continue;
      const auto text = std::to_string(step.value % 3) + "|é" + std::to_string(i);
      if (video) {
        rows.push_back({{"vid", "s" + std::to_string(i)},
                        {"metaxy_provenance_by_field", {{"audio", text}, {"frames", "f" + text}}}});
      } else {
        rows.push_back({{"id", "s" + std::to_string(i)}, {"metaxy_provenance_by_field", {{"words", text}}}});
      }
    }
    const auto key = FeatureKey::parse(video ? "video/raw" : "text/raw");
    std::vector<arrow::Field> columns = {{video ? "vid" : "id", arrow::kText}};
    columns.push_back(video ? arrow::struct_of_text("metaxy_provenance_by_field", {"audio", "frames"})
                            : arrow::struct_of_text("metaxy_provenance_by_field", {"words"}));
    write(key, columns, std::move(rows));
  }

  void write(const FeatureKey& key, const std::vector<arrow::Field>& columns, std::vector<Json> rows) {
    written_.insert(key);
    model_.write(key, rows);
    std::ranges::shuffle(rows, order_);
    store_->write(key, arrow::make_stream(columns, rows));
  }

  void remove(const Step& step, bool hard) {
    static const std::vector<std::string> features = {"video/raw", "text/raw", "crop", "joined", "frame", "stats"};
    const auto& feature = features[static_cast<std::size_t>(step.feature) % features.size()];
    const auto key = FeatureKey::parse(feature);
    if (!exists(key)) return;
    const std::string column = feature == "video/raw" ? "vid" : feature == "stats" ? "grp" : "id";
    const auto id = (feature == "stats" ? "g" : "s") + std::to_string(step.value % 6);
    const auto is_meant = [&](const Json& row) { return row.at(column) == id; };
    ops::DeleteOptions options{.filters = {column + " = '" + id + "'"}};
    options.hard = options.feature_history = hard;
    store_->remove(key, options);
    hard ? model_.erase(key, is_meant) : model_.remove(key, is_meant);
  }

  void expect_samples(const std::map<std::string, Json>& rows, const std::map<std::string, oracle::Sample>& wanted) {
    agree(rows.size() == wanted.size(), "the number of samples in an increment");
    for (const auto& [id, sample] : wanted) {
      agree(rows.count(id) == 1U, "sample " + id);
      const auto& row = rows.at(id);
      agree(row.at("metaxy_provenance").get<std::string>() == sample.sample_provenance, "the provenance of " + id);
      for (const auto& [field, digest] : sample.provenance) {
        const auto member = spec::FieldKey::parse(field).struct_key();
        agree(row.at("metaxy_provenance_by_field").at(member).get<std::string>() == digest, field + " of " + id);
        agree(row.at("metaxy_data_version_by_field").at(member).get<std::string>() == digest, field + " of " + id);
      }
    }
  }

  void compare_read(const FeatureKey& key, const oracle::Model& model, const ops::ReadOptions& options) {
    std::set<std::string> stored, wanted;
    const auto& ids = store_->graph().get(key).spec.id_columns;
    for (const auto& row : arrow::read_rows(store_->read(key, options))) {
      stored.insert(oracle::id_of(row, ids) + row.at("metaxy_provenance").get<std::string>());
    }
    for (const auto& [id, record] : model.read(key)) wanted.insert(id + record.sample_provenance);
    agree(stored == wanted, "records of " + key.to_string());
  }

  hash::Settings settings_;
  int threads_;
  std::mt19937 order_;
  int time_ = 0;
  std::unique_ptr<store::Store> database_;
  std::shared_ptr<const graph::FeatureGraph> graph_;
  std::map<std::string, int> edits_;
  std::set<FeatureKey> written_;
  oracle::Model model_;
  std::unique_ptr<ops::MetadataStore> store_;
};

}  // namespace metaxy
