// SPDX-License-Identifier: Apache-2.0
#include "ops/history.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include <metaxy/error.hpp>

#include "arrow/read.hpp"
#include "base/json.hpp"
#include "ops/definitions.hpp"

namespace metaxy::ops {

namespace {

struct Recorded {
  std::string feature_version;
  std::string definition_version;
};

/// Rows of one push; it ends when the project pushes another version.
struct Snapshot {
  std::string project;
  std::string project_version;
  Timestamp first;
  Timestamp last;
  std::map<std::string, Recorded> features;
  std::map<std::string, std::string> tags;
};

std::string text_of(const Json& row, const char* name) {
  const Json& value = row.at(name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

/// Tags of users; what metaxy adds tells nothing here. Somebody else may have written something else.
std::map<std::string, std::string> tags_of(const Json& row) {
  std::map<std::string, std::string> out;
  try {
    const Json tags = parse_json(text_of(row, "tags"));
    for (const auto& [name, value] : tags.items()) {
      if (name != "metaxy") out[name] = value.is_string() ? value.get<std::string>() : dump_compact(value);
    }
  } catch (const Error&) {
    out.clear();
  }
  return out;
}

/// Oldest first.
std::vector<Snapshot> read_snapshots(store::Session& session, const std::optional<std::string>& project) {
  const std::string table(kDefinitionsTable);
  if (!session.find(table)) return {};
  const std::vector<std::string> columns = {"project",
                                            "feature_key",
                                            "metaxy_feature_version",
                                            "recorded_at",
                                            "metaxy_project_version",
                                            "metaxy_definition_version",
                                            "tags"};
  auto rows = rel::scan(table, columns);
  if (project) rows = rel::filter(rows, rel::equal(rel::column("project"), rel::literal(*project)));
  auto read = arrow::read_rows(session.run(*rows));
  std::ranges::stable_sort(read, {}, [](const Json& row) {
    return std::tuple(text_of(row, "project"), parse_time(text_of(row, "recorded_at")),
                      text_of(row, "metaxy_project_version"));
  });
  std::vector<Snapshot> out;
  for (const auto& row : read) {
    const auto version = text_of(row, "metaxy_project_version");
    const auto time = parse_time(text_of(row, "recorded_at"));
    const auto owner = text_of(row, "project");
    if (out.empty() || out.back().project != owner || out.back().project_version != version)
      out.push_back({owner, version, time, time, {}, tags_of(row)});
    out.back().last = time;
    out.back().features[text_of(row, "feature_key")] = {text_of(row, "metaxy_feature_version"),
                                                        text_of(row, "metaxy_definition_version")};
  }
  return out;
}

PushedChange change_of(const Recorded& before, const Recorded& after) {
  if (before.feature_version != after.feature_version) return PushedChange::Changed;
  return before.definition_version == after.definition_version ? PushedChange::Same : PushedChange::Redefined;
}

std::vector<PushedFeature> changes_between(const std::map<std::string, Recorded>& before,
                                           const std::map<std::string, Recorded>& after) {
  std::vector<PushedFeature> out;
  for (const auto& [key, now] : after) {
    const auto was = before.find(key);
    const auto change = was == before.end() ? PushedChange::Added : change_of(was->second, now);
    if (change == PushedChange::Same) continue;
    std::optional<std::string> version;
    if (was != before.end()) version = was->second.feature_version;
    out.push_back({FeatureKey::parse(key), change, std::move(version), now.feature_version});
  }
  for (const auto& [key, was] : before) {
    if (after.contains(key)) continue;
    out.push_back({FeatureKey::parse(key), PushedChange::Removed, was.feature_version, std::nullopt});
  }
  std::ranges::sort(out, {}, &PushedFeature::feature);
  return out;
}

template <class Entry>
void newest_first(std::vector<Entry>& entries, const std::optional<std::uint64_t>& limit) {
  std::ranges::reverse(entries);
  std::ranges::stable_sort(entries, std::greater<>(), &Entry::recorded_at);
  if (limit && *limit < entries.size())
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(*limit), entries.end());
}

/// A feature's field versions as the definitions of a time give them; absent when these are not what was pushed.
std::optional<std::map<spec::FieldKey, std::string>> field_versions(const StoredDefinitions& stored,
                                                                    graph::VersionSettings settings,
                                                                    const FeatureKey& feature,
                                                                    const std::string& feature_version) {
  std::set<FeatureKey> needed;
  std::vector<FeatureKey> waiting{feature};
  std::vector<spec::FeatureDefinition> definitions;
  while (!waiting.empty()) {
    const auto key = waiting.back();
    waiting.pop_back();
    const auto found = stored.latest.find(key);
    if (found == stored.latest.end()) return std::nullopt;
    if (!needed.insert(key).second) continue;
    definitions.push_back(found->second);
    for (const auto& dep : found->second.spec.deps) waiting.push_back(dep.feature);
  }
  try {
    const auto graph = graph::FeatureGraph::build(std::move(definitions), settings);
    const auto& versions = graph.versions(feature);
    if (versions.feature_version != feature_version) return std::nullopt;
    std::map<spec::FieldKey, std::string> out;
    for (const auto& field : versions.fields) out.emplace(field.key, field.version);
    return out;
  } catch (const Error&) {
    return std::nullopt;  // definitions that do not fit together tell no versions
  }
}

using FieldVersions = std::optional<std::map<spec::FieldKey, std::string>>;

std::vector<PushedField> fields_of(const FieldVersions& before, const FieldVersions& after, bool is_first) {
  std::vector<PushedField> out;
  for (const auto& [key, version] : after.value_or(std::map<spec::FieldKey, std::string>())) {
    PushedField field{key, version, std::nullopt};
    if (!is_first && before) {
      const auto was = before->find(key);
      field.change = was == before->end()     ? PushedChange::Added
                     : was->second == version ? PushedChange::Same
                                              : PushedChange::Changed;
    }
    out.push_back(std::move(field));
  }
  if (!before || !after) return out;
  for (const auto& [key, version] : *before) {
    if (!after->contains(key)) out.push_back({key, std::nullopt, PushedChange::Removed});
  }
  return out;
}

}  // namespace

std::string_view to_string(PushedChange change) {
  switch (change) {
    case PushedChange::Same: return "same";
    case PushedChange::Added: return "added";
    case PushedChange::Changed: return "changed";
    case PushedChange::Redefined: return "redefined";
    case PushedChange::Removed: return "removed";
  }
  return "";
}

std::vector<Push> read_history(store::Session& session, const HistoryOptions& options) {
  const auto snapshots = read_snapshots(session, options.project);
  std::vector<Push> out;
  for (std::size_t i = 0; i < snapshots.size(); ++i) {
    const auto& now = snapshots[i];
    const bool has_before = i > 0 && snapshots[i - 1].project == now.project;
    const auto before = has_before ? snapshots[i - 1].features : std::map<std::string, Recorded>();
    out.push_back({now.project, now.project_version, now.first, now.features.size(),
                   changes_between(before, now.features), now.tags});
  }
  newest_first(out, options.limit);
  return out;
}

std::vector<PushedVersion> read_feature_history(store::Session& session, graph::VersionSettings settings,
                                                const FeatureKey& feature, const HistoryOptions& options) {
  auto snapshots = read_snapshots(session, options.project);
  std::ranges::stable_sort(snapshots, {}, &Snapshot::first);
  std::vector<PushedVersion> out;
  std::set<std::string> seen;
  FieldVersions before;
  for (const auto& snapshot : snapshots) {
    const auto found = snapshot.features.find(feature.to_string());
    if (found == snapshot.features.end() || !seen.insert(found->second.feature_version).second) continue;
    const auto& version = found->second.feature_version;
    auto fields = field_versions(read_definitions(session, {.as_of = snapshot.last}), settings, feature, version);
    out.push_back({version, snapshot.first, snapshot.project, snapshot.project_version, snapshot.tags,
                   fields_of(before, fields, out.empty())});
    before = std::move(fields);
  }
  if (out.empty()) {
    throw Error(ErrorCode::NotFound, "feature " + feature.to_string() + " was never pushed to this store",
                "record the definitions of its project with `mx push`");
  }
  newest_first(out, options.limit);
  return out;
}

}  // namespace metaxy::ops
