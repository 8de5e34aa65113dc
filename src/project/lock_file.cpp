// SPDX-License-Identifier: Apache-2.0
#include "project/lock_file.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <metaxy/error.hpp>

#include "base/by_place.hpp"
#include "base/text.hpp"
#include "project/toml_reader.hpp"
#include "project/toml_text.hpp"

namespace metaxy::project {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMakeAgain = "make it again with `mx lock`";

class LockReader {
 public:
  LockReader(const std::string& file, Faults& faults) : toml_(file, faults), faults_(faults) {}

  std::vector<ops::LockedFeature> file(const toml::table& root) {
    std::vector<ops::LockedFeature> out;
    toml_.only(root, {"features"});
    const auto* node = root.get("features");
    if (!node) faults_.add("lock file", "has no table `features`", kMakeAgain);
    const auto* features = node ? toml_.table(*node, "a table of features") : nullptr;
    if (!features) return out;
    for (const Entry& entry : entries(*features)) {
      const TomlReader::Subject subject(toml_, "feature " + entry.name);
      if (auto one = feature(entry)) out.push_back(std::move(*one));
    }
    std::ranges::sort(out, {}, [](const auto& locked) { return locked.definition.spec.key; });
    return out;
  }

 private:
  const toml::table* part(const toml::table& table, std::string_view name, const toml::source_position& at) {
    const auto* node = table.get(name);
    if (!node) toml_.wrong(at, fmt::format("has no table `{}`", name), kMakeAgain);
    return node ? toml_.table(*node, "a table") : nullptr;
  }

  std::optional<std::string> needed_text(const toml::table& table, std::string_view name,
                                         const toml::source_position& at) {
    const auto* node = table.get(name);
    if (node) return toml_.text(*node);
    toml_.wrong(at, fmt::format("lacks `{}`", name), kMakeAgain);
    return std::nullopt;
  }

  std::optional<ops::LockedFeature> feature(const Entry& entry) {
    const auto* table = toml_.table(*entry.value, "a table");
    if (!table) return std::nullopt;
    toml_.only(*table, {"info", "data"});
    const auto* info = part(*table, "info", entry.at);
    const auto* data = part(*table, "data", entry.at);
    auto found = data ? definition(*data, entry) : std::nullopt;
    if (!info || !found) return std::nullopt;
    toml_.only(*info, {"version", "version_by_field", "definition_version"});
    ops::LockedFeature out{std::move(*found),
                           needed_text(*info, "version", entry.at).value_or(""),
                           {},
                           needed_text(*info, "definition_version", entry.at).value_or("")};
    const auto* fields = part(*info, "version_by_field", entry.at);
    if (!fields) return std::nullopt;
    for (const Entry& field : entries(*fields))
      out.version_by_field[field.name] = toml_.text(*field.value).value_or("");
    return out;
  }

  std::optional<spec::FeatureDefinition> definition(const toml::table& data, const Entry& entry) {
    const std::size_t before = toml_.faults();
    const Json json = toml_.json(data);
    if (toml_.faults() > before) return std::nullopt;
    try {
      auto out = spec::parse_feature_definition(dump_compact(json));
      if (out.spec.key.to_string() != entry.name) {
        toml_.wrong(entry.at,
                    fmt::format("declares feature {}; the two keys must be the same", out.spec.key.to_string()),
                    kMakeAgain);
        return std::nullopt;
      }
      out.place = toml_.place(entry.at);
      return out;
    } catch (const Error& error) {
      for (const Fault& fault : error.faults())
        toml_.wrong(entry.at, fault.subject + ": " + fault.message, fault.hint.empty() ? kMakeAgain : fault.hint);
      if (error.faults().empty()) toml_.wrong(entry.at, error.message(), kMakeAgain);
      return std::nullopt;
    }
  }

  TomlReader toml_;
  Faults& faults_;
};

bool has_null(const Json& value) {
  return value.is_null() || (value.is_structured() && std::ranges::any_of(value, has_null));
}

Json without_nulls(const Json& value) {
  if (!value.is_structured()) return value;
  Json out = value.is_array() ? Json::array() : Json::object();
  for (const auto& [name, item] : value.items()) {
    if (value.is_array()) out.push_back(without_nulls(item));
    if (value.is_object() && !item.is_null()) out[name] = without_nulls(item);
  }
  return out;
}

/// A feature as tables: attributes that are null are left out.
Json document_of(const ops::LockedFeature& feature) {
  Json data = parse_json(spec::render_json(feature.definition));
  const Json metadata = data["spec"].value("metadata", Json::object());
  if (has_null(metadata)) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("feature {} has null among its metadata, which TOML cannot say",
                            feature.definition.spec.key.to_string()),
                "leave the entry out, and push its project again");
  }
  Json versions = Json::object();
  for (const auto& [field, version] : feature.version_by_field) versions[field] = version;
  Json out = Json::object();
  out["info"] = {{"version", feature.version},
                 {"version_by_field", std::move(versions)},
                 {"definition_version", feature.definition_version}};
  out["data"] = without_nulls(data);
  return out;
}

}  // namespace

std::optional<fs::path> lock_file_of(const Config& config) {
  const fs::path given = config.lock_path.value_or("metaxy.lock");
  if (config.lock_path && given.is_absolute()) return given;
  if (!config.file) return std::nullopt;
  return config.file->parent_path() / given;
}

bool has_lock_file(const Config& config) {
  const auto file = lock_file_of(config);
  std::error_code ignored;
  return file && fs::exists(*file, ignored);
}

std::vector<ops::LockedFeature> read_lock_file(const fs::path& file) {
  const std::string name = shown_path(file);
  Faults faults;
  const auto text = read_file(file, Place{name}, faults);
  const auto root = text ? parse_toml(*text, name, faults) : std::nullopt;
  std::vector<ops::LockedFeature> out;
  if (root) out = LockReader(name, faults).file(*root);
  if (!faults.empty())
    throw Error(ErrorCode::InvalidSpec, "lock file " + quote(name) + " is not valid", by_place(faults.items()));
  return out;
}

std::vector<spec::FeatureDefinition> load_lock_file(const Config& config) {
  if (!has_lock_file(config)) return {};
  std::vector<spec::FeatureDefinition> out;
  for (auto& locked : read_lock_file(*lock_file_of(config))) {
    out.push_back(std::move(locked.definition));
    out.back().is_external = true;
  }
  return out;
}

void add_locked(std::vector<spec::FeatureDefinition>& known, std::vector<spec::FeatureDefinition> locked) {
  for (auto& definition : locked) {
    const auto same = [&](const auto& other) { return other.spec.key == definition.spec.key; };
    if (std::ranges::none_of(known, same)) known.push_back(std::move(definition));
  }
}

std::string render_lock_file(const std::vector<ops::LockedFeature>& features) {
  Json all = Json::object();
  for (const auto& feature : features) all[feature.definition.spec.key.to_string()] = document_of(feature);
  Json document = Json::object();
  document["features"] = std::move(all);
  return render_lock_text(document);
}

}  // namespace metaxy::project
