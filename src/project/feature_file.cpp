// SPDX-License-Identifier: Apache-2.0
#include "project/feature_file.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include <metaxy/project.hpp>

#include "base/by_place.hpp"
#include "base/text.hpp"
#include "project/columns.hpp"
#include "project/dep_reader.hpp"
#include "project/field_reader.hpp"
#include "project/project_name.hpp"
#include "project/toml_reader.hpp"
#include "project/toml_text.hpp"

namespace metaxy::project {
namespace {

using spec::FeatureDefinition;
using spec::FeatureKey;

class FeatureFileReader {
 public:
  FeatureFileReader(const std::string& file, const std::string& project, Faults& faults)
      : toml_(file, faults), faults_(faults), project_(project) {}

  FeatureFile file(const toml::table& root) {
    FeatureFile out;
    toml_.only(root, {"project", "features"});
    if (const auto* name = root.get("project")) project_ = project_name(*name).value_or(project_);
    const auto* node = root.get("features");
    const auto* features = node ? toml_.table(*node, "a table of features") : nullptr;
    out.unread.others = !features && toml_.faults() > 0;
    if (!features) return out;
    for (const Entry& entry : entries(*features)) {
      const std::size_t before = toml_.faults();
      auto definition = feature(entry);
      if (definition && toml_.faults() == before) {
        out.definitions.push_back(std::move(*definition));
      } else if (definition) {
        out.unread.features.push_back(definition->spec.key);
        // Unknown keys alone leave a definition whose own faults can be told.
        if (toml_.faults() == unknown_keys_) spec::check(*definition, faults_);
      } else if (const auto key = meant_key(entry)) {
        out.unread.features.push_back(*key);
      } else {
        out.unread.others = true;
      }
    }
    return out;
  }

 private:
  std::optional<FeatureDefinition> feature(const Entry& entry) {
    const TomlReader::Subject subject(toml_, "feature " + (entry.name.empty() ? quote(entry.name) : entry.name));
    const auto key = toml_.key<FeatureKey>(entry.name, entry.at);
    const auto* table = toml_.table(*entry.value, "a table");
    if (!table || forgot_quotes(*table, entry)) return std::nullopt;
    toml_.only(*table, {"description", "project", "id", "id_columns", "deps", "fields", "columns", "metadata",
                        "external", "provenance_by_field", "on_version_mismatch"});
    unknown_keys_ = toml_.faults();
    FeatureDefinition out{
        .spec = {.key = key.value_or(FeatureKey::parse("unreadable")), .id_columns = {}, .deps = {}, .description = {}},
        .feature_class_path = {},
        .project = project_,
        .provenance_by_field = {},
        .place = toml_.place(entry.at),
        .part_places = {}};
    ids(*table, entry, out);
    spec_members(*table, out);
    surroundings(*table, out);
    out.part_places = std::make_shared<const spec::PartPlaces>(toml_.take_places());
    if (!key) return std::nullopt;
    return out;
  }

  // The key that other features would name: upper case is what keys are refused for most.
  std::optional<FeatureKey> meant_key(const Entry& entry) const {
    const auto* table = entry.value->as_table();
    if (!table || (!table->contains("id") && !table->contains("id_columns"))) return std::nullopt;
    try {
      return FeatureKey::parse(to_lower(entry.name));
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  // `[features.video.raw]` is a feature `video` with an unknown key `raw`.
  bool forgot_quotes(const toml::table& table, const Entry& entry) {
    for (const auto& [name, value] : table) {
      const auto* inner = value.as_table();
      if (!inner || name.str() == "columns" || name.str() == "metadata" || name.str() == "deps" ||
          name.str() == "fields") {
        continue;
      }
      if (!inner->contains("id") && !inner->contains("id_columns") && !inner->contains("fields")) continue;
      toml_.wrong(name.source().begin, fmt::format("has a table {}, which looks like a feature", quote(name.str())),
                  fmt::format("keys with a slash need quotes: [features.\"{}/{}\"]", entry.name, name.str()));
      return true;
    }
    return false;
  }

  void ids(const toml::table& table, const Entry& entry, FeatureDefinition& out) {
    const auto* id = table.get("id");
    const auto* id_columns = table.get("id_columns");
    if (id && id_columns) {
      toml_.wrong(*id_columns, "`id_columns` is another name of `id`, which is given too", "leave one of them out");
    } else if (id || id_columns) {
      const toml::node& names = id ? *id : *id_columns;
      const TomlReader::Part part(toml_, "id_columns", names.source().begin);
      out.spec.id_columns = toml_.texts(names);
    } else {
      toml_.wrong(entry.at, "has no `id`", "name the columns that identify a sample: id = [\"path\"]");
    }
  }

  void spec_members(const toml::table& table, FeatureDefinition& out) {
    toml_.part(table, "description", [&](const auto& node) { out.spec.description = toml_.text(node); });
    toml_.part(table, "deps", [&](const auto& node) { out.spec.deps = read_deps(toml_, node); });
    toml_.part(table, "fields", [&](const auto& node) { out.spec.fields = read_fields(toml_, node); });
    if (const auto* metadata = table.get("metadata")) {
      const TomlReader::Subject subject(toml_, "metadata");
      if (toml_.table(*metadata, "a table")) out.spec.metadata = dump_compact(toml_.json(*metadata));
    }
    if (const auto* columns = table.get("columns")) {
      out.feature_schema = dump_compact(read_columns(toml_, *columns, out.spec.id_columns));
    }
  }

  void surroundings(const toml::table& table, FeatureDefinition& out) {
    if (const auto* name = table.get("project")) out.project = project_name(*name).value_or(project_);
    if (const auto* external = table.get("external")) out.is_external = toml_.boolean(*external).value_or(false);
    toml_.part(table, "provenance_by_field", [&](const auto& node) { out.provenance_by_field = field_versions(node); });
    if (const auto* mode = table.get("on_version_mismatch")) {
      const auto name = toml_.text(*mode);
      if (name == "error") {
        out.on_version_mismatch = spec::OnVersionMismatch::Error;
      } else if (name && *name != "warn") {
        toml_.wrong(*mode, fmt::format("on_version_mismatch {} is not known", quote(*name)),
                    "write \"warn\" or \"error\"");
      }
    }
  }

  std::map<std::string, std::string> field_versions(const toml::node& node) {
    const TomlReader::Subject subject(toml_, "provenance_by_field");
    std::map<std::string, std::string> out;
    const auto* table = toml_.table(node, "a table from field to version");
    if (!table) return out;
    for (const Entry& entry : entries(*table)) {
      const TomlReader::Part part(toml_, entry.name, entry.at);
      const auto key = toml_.key<spec::FieldKey>(entry.name, entry.at);
      auto version = toml_.text(*entry.value);
      if (key && version) out.emplace(key->to_string(), std::move(*version));
    }
    return out;
  }

  std::optional<std::string> project_name(const toml::node& node) {
    auto name = toml_.text(node);
    if (!name) return std::nullopt;
    if (const auto fault = project_name_fault(*name)) {
      toml_.wrong(node, fmt::format("project name {} {}", quote(*name), *fault),
                  "letters, digits, `_` and `-` are allowed");
      return std::nullopt;
    }
    return name;
  }

  TomlReader toml_;
  Faults& faults_;
  std::string project_;
  std::size_t unknown_keys_ = 0;  ///< faults until the members of the feature at hand were looked at
};

// Later ones are taken out.
void refuse_duplicates(std::vector<FeatureDefinition>& definitions, Faults& faults) {
  std::map<FeatureKey, std::optional<Place>> seen;
  std::erase_if(definitions, [&](const FeatureDefinition& definition) {
    const auto [first, is_new] = seen.emplace(definition.spec.key, definition.place);
    if (is_new) return false;
    faults.add("feature " + definition.spec.key.to_string(), "is defined twice, first at " + to_string(*first->second),
               "remove one of them", definition.place);
    return true;
  });
}

void append(FeatureFile& all, FeatureFile one) {
  std::ranges::move(one.definitions, std::back_inserter(all.definitions));
  std::ranges::move(one.unread.features, std::back_inserter(all.unread.features));
  all.unread.others = all.unread.others || one.unread.others;
}

/// Adds what is wrong with the files and with their features together in the order of places.
FeatureFile read_feature_files(const std::vector<std::filesystem::path>& files, const std::string& project,
                               graph::Unread unread, Faults& faults) {
  Faults own;
  FeatureFile out{.definitions = {}, .unread = std::move(unread)};
  for (const auto& path : files) {
    const std::string name = shown_path(path);
    const auto text = read_file(path, Place{name}, own);
    if (text) append(out, parse_feature_file(*text, name, project, own));
    if (!text) out.unread.others = true;
  }
  refuse_duplicates(out.definitions, own);
  // With faults the graph is never built; tell what it would be refused for, too.
  if (!own.empty() || !faults.empty()) graph::check(out.definitions, out.unread, own);
  for (Fault& fault : by_place(own.items())) faults.add(std::move(fault));
  return out;
}

}  // namespace

FeatureFile parse_feature_file(std::string_view text, const std::string& file, const std::string& project,
                               Faults& faults) {
  Faults own;
  FeatureFile out;
  const auto root = parse_toml(text, file, own);
  if (root) out = FeatureFileReader(file, project, own).file(*root);
  if (!root) out.unread.others = true;
  for (Fault& fault : by_place(own.items())) faults.add(std::move(fault));
  return out;
}

std::vector<FeatureDefinition> load_feature_files(const std::vector<std::filesystem::path>& files,
                                                  const std::string& project) {
  Faults faults;
  FeatureFile read = read_feature_files(files, project, {}, faults);
  faults.throw_if_any(ErrorCode::InvalidSpec, "feature files are not valid");
  return std::move(read.definitions);
}

std::vector<FeatureDefinition> load_features(const Config& config, const std::string& project, Elsewhere elsewhere,
                                             Faults& faults) {
  const auto files = find_feature_files(config, faults);
  const bool all = faults.empty() && elsewhere == Elsewhere::Nothing;
  return read_feature_files(files, project, {.features = {}, .others = !all}, faults).definitions;
}

}  // namespace metaxy::project
