// SPDX-License-Identifier: Apache-2.0
// What steps do.
#include "properties/pair.hpp"

#include <algorithm>
#include <stdexcept>

#include <metaxy/error.hpp>

#include "arrow/read.hpp"
#include "properties/agree.hpp"

namespace metaxy {

using spec::FeatureKey;

namespace {

/// Ids that are numbers; others are texts.
bool is_number(const std::string& column) {
  static const std::set<std::string> numbers = {"n", "no", "shot"};
  return numbers.count(column) > 0;
}
arrow::Field column_of(const std::string& name) { return {name, is_number(name) ? arrow::kInt64 : arrow::kText}; }

/// Below 6, from what ids end with.
int number_of(const Json& row, const oracle::Names& columns) {
  int out = 0;
  for (const auto& column : columns) {
    const auto& id = row.at(column);
    out += id.is_string() ? id.get<std::string>().back() - '0' : id.get<int>();
  }
  return out % 6;
}

bool is_wanted(int samples, int number) { return (samples & (1 << number)) != 0; }

std::string group_of(int number) { return "g" + std::to_string(number % 2); }

template <class List>
const auto& chosen_of(const List& list, int number) {
  return *std::next(list.begin(), static_cast<std::ptrdiff_t>(static_cast<std::size_t>(number) % list.size()));
}

std::vector<std::string> members_of(const spec::FeatureSpec& spec) {
  std::vector<std::string> out;
  for (const auto& field : spec.fields) out.push_back(field.key.struct_key());
  return out;
}

bool is_refused(const std::function<void()>& work) {
  try {
    work();
    return false;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::InvalidArgument) throw;
    return true;
  }
}

}  // namespace

Pair::Pair(const World& world, hash::Settings settings, int threads, unsigned order)
    : world_(world),
      settings_(settings),
      threads_(threads),
      order_(order),
      database_(test::database(threads)),
      model_(nullptr, settings),
      ours_{"ours", nullptr, nullptr},
      theirs_{"theirs", nullptr, nullptr} {
  reopen();
}

void Pair::play(const Step& step) {
  const auto derived = world_.derived();
  const auto& feature = chosen_of(derived, step.feature);
  const auto& any = chosen_of(world_.features, step.feature);
  switch (step.kind) {
    case Does::WriteRoot: return write_root(chosen_of(world_.roots(), step.feature), step.samples, step.value);
    case Does::Rerun: return rerun(feature, step.samples, step.value);
    case Does::RerunAll:
      for (const auto& each : derived) rerun(each, step.samples | step.feature, step.value);
      return;
    case Does::Edit: return edit(chosen_of(world_.edits, step.value));
    case Does::Remove: return remove(any, step.value);
    case Does::Erase: return erase(any, step.value);
    case Does::CarryOver: return carry_over(feature, step.samples, step.value);
    case Does::Rebase: return rebase(any, step.value);
    case Does::Push: return world_.theirs.empty() ? rebase(any, step.value) : push();
    case Does::Move: return move();
  }
}

void Pair::edit(const std::string& thing) {
  ++edits_[thing];
  reopen();
}

graph::VersionSettings Pair::version_settings() const {
  return {settings_.format, settings_.format == hash::Format::V0 ? std::size_t{16} : hash::kLengthV1};
}

std::shared_ptr<const graph::FeatureGraph> Pair::graph_of(std::vector<spec::FeatureDefinition> definitions) const {
  return std::make_shared<graph::FeatureGraph>(graph::FeatureGraph::build(std::move(definitions), version_settings()));
}

std::unique_ptr<ops::MetadataStore> Pair::open_store(const store::Store& database, const View& view) const {
  ops::Rules rules;
  rules.hash = settings_;
  rules.project = view.project;
  rules.clock = [this] { return time_of(time_); };
  return std::make_unique<ops::MetadataStore>(database.open(store::Mode::Write), view.graph, rules);
}

void Pair::reopen() {
  if (!world_.theirs.empty()) {
    theirs_.graph = graph_of(definitions(world_, edits_, world_.theirs));
    theirs_.store = open_store(*database_, theirs_);
  }
  reopen_ours();
}

/// The other project's features are declared by stand-ins, which give way to what was pushed.
void Pair::reopen_ours() {
  std::set<std::string> own(world_.features.begin(), world_.features.end());
  for (const auto& feature : world_.theirs) own.erase(feature);
  const auto declared = stand_ins(world_, version_settings());
  auto together = [&](std::vector<spec::FeatureDefinition> of_others) {
    for (auto& definition : definitions(world_, edits_, own)) of_others.push_back(std::move(definition));
    return graph_of(std::move(of_others));
  };
  ours_.graph = together(declared);
  ours_.store = open_store(*database_, ours_);
  const auto loaded = ours_.store->sync_external_features().loaded.size();
  agree(loaded == (pushed_ ? world_.theirs.size() : 0), "the features that were loaded");
  if (pushed_) ours_.graph = together(definitions(world_, *pushed_, world_.theirs));
}

Pair::View& Pair::view_of(const FeatureKey& feature) {
  auto& out = world_.theirs.count(feature.to_string()) ? theirs_ : ours_;
  model_.set_graph(out.graph);
  return out;
}

bool Pair::is_resolvable(const FeatureKey& key) {
  const auto plan = view_of(key).graph->plan(key);
  const auto is_there = [&](const graph::PlanDep& dep) { return exists(dep.upstream.key); };
  return !plan.deps.empty() && std::ranges::any_of(plan.deps, is_there) &&
         std::ranges::all_of(plan.deps, [&](const auto& dep) { return dep.dep.optional || is_there(dep); });
}

void Pair::move() {
  auto database = test::database(threads_);
  for (auto* view : {&ours_, &theirs_}) {
    if (!view->store) continue;
    auto store = open_store(*database, *view);
    const ops::CopyOptions everything{.sample_history = true};
    store->copy_from(*view->store, everything);
    agree(store->copy_from(*view->store, everything).records == 0, "what has been copied");
    view->store = std::move(store);
  }
  database_ = std::move(database);
  if (pushed_) {  // definitions are not copied
    const View pushed{"theirs", graph_of(definitions(world_, *pushed_, world_.theirs)), nullptr};
    open_store(*database_, pushed)->push();
  }
  reopen();
  ++seen_["moved"];
}

void Pair::push() {
  theirs_.store->push();
  pushed_ = edits_;
  reopen_ours();
  ++seen_["pushed"];
}

void Pair::write_root(const std::string& feature, int samples, int value) {
  const auto key = FeatureKey::parse(feature);
  const auto& spec = view_of(key).graph->get(key).spec;
  Rows out;
  for (const auto& id : spec.id_columns) out.columns.push_back(column_of(id));
  const auto column = world_.columns.find(feature);
  if (column != world_.columns.end()) out.columns.emplace_back(column->second);
  out.columns.push_back(arrow::struct_of_text("metaxy_provenance_by_field", members_of(spec)));
  for (int i = 0; i < 6; ++i) {
    if (!is_wanted(samples, i)) continue;
    Json row = Json::object();
    if (spec.id_columns.size() == 1) {
      row[spec.id_columns.front()] = "s" + std::to_string(i);
    } else {
      row[spec.id_columns.front()] = "s" + std::to_string(i % 3);
      row[spec.id_columns.back()] = i / 3;
    }
    if (column != world_.columns.end()) row[column->second] = group_of(value / 3 + i);
    for (const auto& member : members_of(spec)) {
      row["metaxy_provenance_by_field"][member] = member + std::to_string(value % 3) + "|é" + std::to_string(i);
    }
    out.rows.push_back(std::move(row));
  }
  give_data_versions(key, out, value);
  write(key, std::move(out));
}

Pair::Rows Pair::computed_rows(const FeatureKey& key, int samples, int value) {
  auto& view = view_of(key);
  const auto& spec = view.graph->get(key).spec;
  const auto matched = model_.sample_columns(key);
  const auto column = world_.columns.find(key.to_string());
  Rows out;
  auto names = matched;
  for (const auto& id : spec.id_columns) {
    if (std::ranges::find(matched, id) == matched.end()) names.push_back(id);
  }
  for (const auto& name : names) out.columns.push_back(column_of(name));
  if (column != world_.columns.end()) out.columns.emplace_back(column->second);
  out.columns.push_back(arrow::struct_of_text("metaxy_provenance_by_field", members_of(spec)));
  for (const auto& row : arrow::read_rows(view.store->resolve_update(key).rows)) {
    if (row.at("metaxy_increment") == "orphaned") continue;
    const auto number = number_of(row, matched);
    if (!is_wanted(samples, number)) continue;
    Json record = {{"metaxy_provenance_by_field", row.at("metaxy_provenance_by_field")}};
    for (const auto& name : matched) record[name] = row.at(name);
    if (column != world_.columns.end()) record[column->second] = group_of(value / 4 + number);
    const bool has_children = names.size() > matched.size();
    for (int n = 0; n < (has_children ? value % 3 + 1 : 1); ++n) {
      if (has_children) record[names.back()] = n;
      out.rows.push_back(record);
    }
  }
  return out;
}

/// Of some values: for the first field, or for the whole sample.
void Pair::give_data_versions(const FeatureKey& key, Rows& rows, int value) const {
  const auto members = members_of(ours_.graph->get(key).spec);
  const auto version = "d" + std::to_string(value % 3);
  if (value % 4 == 2) rows.columns.push_back(arrow::struct_of_text("metaxy_data_version_by_field", members));
  if (value % 4 == 3) rows.columns.emplace_back("metaxy_data_version");
  for (auto& row : rows.rows) {
    if (value % 4 == 2) {
      for (const auto& member : members) row["metaxy_data_version_by_field"][member] = nullptr;
      row["metaxy_data_version_by_field"][members.front()] = version;
    }
    if (value % 4 == 3) row["metaxy_data_version"] = version;
  }
}

void Pair::write(const FeatureKey& key, Rows rows) {
  model_.set_time(++time_);
  auto& view = view_of(key);
  written_.insert(key);
  model_.write(key, rows.rows);
  for (const auto& column : rows.columns) model_.have_column(key, column.name);
  std::ranges::shuffle(rows.rows, order_);
  view.store->write(key, arrow::make_stream(rows.columns, rows.rows));
}

void Pair::rerun(const std::string& feature, int samples, int value) {
  const auto key = FeatureKey::parse(feature);
  if (!is_resolvable(key)) return;
  auto rows = computed_rows(key, samples, value);
  give_data_versions(key, rows, value);
  if (!rows.rows.empty() && value % 4 > 1) ++seen_[value % 4 == 2 ? "given for a field" : "given for samples"];
  write(key, std::move(rows));
}

void Pair::carry_over(const std::string& feature, int samples, int value) {
  const auto key = FeatureKey::parse(feature);
  if (!is_resolvable(key) || !exists(key)) return;
  auto rows = computed_rows(key, samples, value);
  if (value % 4 == 2) give_data_versions(key, rows, value);
  const auto before = model_.latest(key);
  if (const auto column = world_.columns.find(feature); column != world_.columns.end()) {
    const auto& ids = view_of(key).graph->get(key).spec.id_columns;
    std::erase_if(rows.columns, [&](const auto& each) { return each.name == column->second; });
    for (auto& row : rows.rows) row.erase(column->second);
    const auto is_new = [&](const Json& row) { return !before.count(oracle::id_of(row, ids)); };
    if (value % 5 > 0) std::erase_if(rows.rows, is_new);
  }
  model_.set_time(++time_);
  const bool taken = model_.carry_over(key, rows.rows);
  std::ranges::shuffle(rows.rows, order_);
  const bool refused = is_refused(
      [&] { view_of(key).store->write(key, arrow::make_stream(rows.columns, rows.rows), {.carry_over = true}); });
  agree(refused != taken, "whether partial results of " + feature + " are refused");
  if (refused) ++seen_["partial results refused"];
  if (taken) see_carried_over(key, before);
}

void Pair::see_carried_over(const FeatureKey& key, const std::map<std::string, oracle::Record>& before) {
  for (const auto& [id, record] : model_.latest(key)) {
    if (record.time < time_ || !before.count(id)) continue;
    if (world_.columns.count(key.to_string())) ++seen_["carried over"];
    for (const auto& [field, version] : record.data_version) {
      const auto& then = before.at(id).data_version;
      const bool users = version != record.provenance.at(field);
      if (users && then.count(field) && then.at(field) == version) ++seen_["data version carried over"];
    }
  }
}

void Pair::remove(const std::string& feature, int value) { remove(feature, value, false); }
void Pair::erase(const std::string& feature, int value) { remove(feature, value, true); }

void Pair::remove(const std::string& feature, int value, bool hard) {
  const auto key = FeatureKey::parse(feature);
  if (!exists(key)) return;
  auto& view = view_of(key);
  const auto& column = view.graph->get(key).spec.id_columns.front();
  const auto id = column == "grp" ? group_of(value) : "s" + std::to_string(value % 6);
  const auto is_meant = [&](const Json& row) { return row.at(column) == id; };
  ops::DeleteOptions options{.filters = {column + " = '" + id + "'"}};
  options.hard = options.feature_history = hard;
  model_.set_time(++time_);
  view.store->remove(key, options);
  hard ? model_.erase(key, is_meant) : model_.remove(key, is_meant);
}

void Pair::rebase(const std::string& feature, int value) {
  const auto key = FeatureKey::parse(feature);
  auto& view = view_of(key);
  auto versions = model_.versions(key);
  versions.erase(view.graph->versions(key).feature_version);
  if (versions.empty() || (!view.graph->plan(key).deps.empty() && !is_resolvable(key))) return;
  const auto& from = chosen_of(versions, value);
  model_.set_time(++time_);
  const auto wanted = model_.rebase(key, from);
  ops::RebaseResult done;
  const bool refused = is_refused([&] { done = view.store->rebase(key, {.from = from}); });
  agree(refused == !wanted.has_value(), "whether " + feature + " can be rebased");
  if (refused) ++seen_["rebase refused"];
  if (refused) return;
  for (const auto& [name, count] : std::map<std::string, std::uint64_t>{{"rebased", done.rebased},
                                                                        {"deleted", done.deleted},
                                                                        {"changed", done.changed},
                                                                        {"waiting", done.waiting},
                                                                        {"orphaned", done.orphaned}}) {
    const auto found = wanted->find(name);
    const auto expected = found == wanted->end() ? 0 : found->second;
    agree(count == expected, "how many samples of " + feature + " were " + name + ": " + std::to_string(count) +
                                 ", not " + std::to_string(expected));
    if (count > 0) ++seen_["rebase: " + name];
  }
}

}  // namespace metaxy
