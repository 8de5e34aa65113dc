// SPDX-License-Identifier: Apache-2.0
#include "ops/definitions.hpp"

#include <algorithm>
#include <set>

#include <metaxy/error.hpp>

#include "arrow/read.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "ops/store_settings.hpp"
#include "ops/tables.hpp"

namespace metaxy::ops {

namespace {

const std::vector<std::string> kColumns = {
    "project",      "feature_key",    "metaxy_feature_version", "metaxy_definition_version", "recorded_at",
    "feature_spec", "feature_schema", "feature_class_path",     "metaxy_project_version",    "tags",
    "deleted_at"};

std::string text_or_empty(const Json& row, const char* name) {
  const auto found = row.find(name);
  return found != row.end() && found->is_string() ? found->get<std::string>() : std::string();
}

spec::FeatureDefinition parse_row(const Json& row) {
  spec::FeatureDefinition out{.spec = spec::parse_feature_spec(text_or_empty(row, "feature_spec"))};
  out.feature_schema = dump_compact(parse_json(text_or_empty(row, "feature_schema")));
  if (row["feature_class_path"].is_string()) out.feature_class_path = text_or_empty(row, "feature_class_path");
  out.project = text_or_empty(row, "project");
  return out;
}

/// What was recorded last for a project.
struct Recorded {
  std::string project_version;
  std::map<std::string, std::string> definitions;  ///< versions by feature key
};

Recorded read_recorded(store::Session& session, const std::string& project) {
  Recorded out;
  const std::string table(kDefinitionsTable);
  if (!session.find(table)) return out;
  const std::vector<std::string> columns = {"project", "feature_key", "metaxy_definition_version",
                                            "metaxy_project_version", "recorded_at"};
  auto rows = rel::filter(rel::scan(table, columns), rel::equal(rel::column("project"), rel::literal(project)));
  const auto last = arrow::read_rows(session.run(*rel::latest(rows, {"project"}, rel::column("recorded_at"))));
  if (last.empty()) return out;
  out.project_version = text_or_empty(last.front(), "metaxy_project_version");
  auto of_version =
      rel::filter(rows, rel::equal(rel::column("metaxy_project_version"), rel::literal(out.project_version)));
  auto newest = rel::latest(of_version, {"feature_key"}, rel::column("recorded_at"));
  for (const auto& row : arrow::read_rows(session.run(*newest))) {
    out.definitions[text_or_empty(row, "feature_key")] = text_or_empty(row, "metaxy_definition_version");
  }
  return out;
}

std::vector<FeatureKey> own_features(const graph::FeatureGraph& graph, const std::string& project) {
  std::vector<FeatureKey> out;
  for (const auto& definition : graph.definitions()) {
    if (!definition.is_external && definition.project == project) out.push_back(definition.spec.key);
  }
  return out;
}

std::string tags_text(const PushOptions& options) {
  Json tags = Json::object();
  for (const auto& [name, value] : options.tags) tags[name] = value;
  tags["metaxy"] = dump_python(Json{{"version", METAXY_VERSION}}, Keys::AsGiven);
  return dump_python(tags, Keys::AsGiven);
}

rel::ExprPtr text_literal(const std::optional<std::string>& text) {
  return text ? rel::literal(*text) : rel::cast(rel::null(), rel::Type::Text);
}

rel::RelPtr rows_of(const graph::FeatureGraph& graph, const std::vector<FeatureKey>& keys, const PushOptions& options,
                    Timestamp now) {
  const auto naive = [&] { return rel::cast(timestamp_literal(now), rel::Type::Timestamp); };
  const auto project_version = graph.project_version(*options.project);
  std::vector<std::vector<rel::ExprPtr>> rows;
  for (const auto& key : keys) {
    const auto& definition = graph.get(key);
    const auto& versions = graph.versions(key);
    rows.push_back({rel::literal(definition.project), rel::literal(key.to_string()),
                    rel::literal(versions.feature_version), rel::literal(versions.definition_version), naive(),
                    rel::literal(spec::render_json(definition.spec)),
                    rel::literal(dump_python(parse_json(definition.feature_schema), Keys::AsGiven)),
                    text_literal(definition.feature_class_path), rel::literal(project_version),
                    rel::literal(tags_text(options)), rel::cast(rel::null(), rel::Type::Timestamp)});
  }
  return rel::values(kColumns, std::move(rows));
}

rel::RelPtr counting_rows(rel::RelPtr rows, const DefinitionQuery& query) {
  if (query.as_of) {
    const auto then = rel::cast(timestamp_literal(*query.as_of), rel::Type::Timestamp);
    rows = rel::filter(rows, rel::binary(rel::BinaryOp::Le, rel::column("recorded_at"), then));
  }
  if (query.exclude_project) {
    const auto excluded = rel::literal(*query.exclude_project);
    rows = rel::filter(rows, rel::binary(rel::BinaryOp::Ne, rel::column("project"), excluded));
  }
  return rows;
}

}  // namespace

StoredDefinitions read_definitions(store::Session& session, const DefinitionQuery& query) {
  StoredDefinitions out;
  const std::string table(kDefinitionsTable);
  if (!session.find(table)) return out;
  const std::vector<std::string> columns = {
      "project",     "feature_key",        "feature_spec",           "feature_schema",
      "recorded_at", "feature_class_path", "metaxy_feature_version", "metaxy_definition_version"};
  auto newest =
      rel::latest(counting_rows(rel::scan(table, columns), query), {"feature_key"}, rel::column("recorded_at"));
  for (const auto& row : arrow::read_rows(session.run(*newest))) {
    try {
      auto definition = parse_row(row);
      auto key = definition.spec.key;
      out.versions[key] = {text_or_empty(row, "metaxy_feature_version"),
                           text_or_empty(row, "metaxy_definition_version")};
      out.latest.emplace(std::move(key), std::move(definition));
    } catch (const Error& error) {
      out.warnings.push_back("the store's definition of feature " + text_or_empty(row, "feature_key") +
                             " cannot be read and was passed over: " + error.what());
    }
  }
  return out;
}

PushResult push(Opened& opened, const PushOptions& given) {
  PushOptions options = given;
  if (!options.project) options.project = opened.rules.project;
  if (options.tags.count("metaxy")) {
    throw Error(ErrorCode::InvalidArgument, "the tag \"metaxy\" is set by metaxy itself", "name the tag otherwise");
  }
  const auto keys = own_features(*opened.graph, *options.project);
  if (keys.empty()) {
    throw Error(ErrorCode::InvalidArgument, "project " + quote(*options.project) + " has no features to push",
                "declare features, or name another project");
  }
  PushResult out{opened.graph->project_version(*options.project), false, {}};
  const auto plan = [&]() -> std::vector<store::Mutation> {
    const auto recorded = read_recorded(*opened.session, *options.project);
    out.already_pushed = recorded.project_version == out.project_version;
    std::vector<FeatureKey> missing;
    for (const auto& key : keys) {
      const auto found = recorded.definitions.find(key.to_string());
      const bool same =
          found != recorded.definitions.end() && found->second == opened.graph->versions(key).definition_version;
      if (!out.already_pushed || !same) missing.push_back(key);
    }
    out.updated = out.already_pushed ? missing : std::vector<FeatureKey>();
    if (missing.empty()) return {};
    const auto time = next_time(opened, {});
    auto mutations = agree_on_settings(opened, time.now);
    auto add = [&](const std::vector<store::Mutation>& more) {
      mutations.insert(mutations.end(), more.begin(), more.end());
    };
    add(time.remember);
    const auto rows = rows_of(*opened.graph, missing, options, time.now);
    add(append_constants(*opened.session, kDefinitionsTable, rows));
    return mutations;
  };
  opened.session->commit(plan, {}, options.watch);
  return out;
}

}  // namespace metaxy::ops
