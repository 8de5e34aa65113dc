// SPDX-License-Identifier: Apache-2.0
#include "project/config_reader.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text.hpp"
#include "project/fallbacks.hpp"
#include "project/glob.hpp"
#include "project/project_name.hpp"
#include "project/setting_keys.hpp"
#include "project/store_settings_reader.hpp"

namespace metaxy::project {
namespace {

std::string_view describe(const Json& value) {
  if (value.is_object()) return "a table";
  if (value.is_array()) return "a list";
  if (value.is_string()) return "text";
  if (is_integer(value)) return "an integer";
  if (value.is_number()) return "a number";
  if (value.is_boolean()) return "true or false";
  return "nothing";
}

class ConfigReader {
 public:
  ConfigReader(const SettingTree& tree, Faults& faults) : tree_(tree), faults_(faults) {}

  Config read() {
    unknown_keys();
    Config out;
    if (auto name = text("project")) {
      if (const auto fault = project_name_fault(*name)) {
        wrong("project", fmt::format("project name {} {}", quote(*name), *fault),
              "letters, digits, `_` and `-` are allowed");
      }
      out.project = std::move(name);
    }
    if (auto store = text("store")) out.store = std::move(*store);
    stores(out);
    features(out);
    hash_settings(out);
    if (const auto compat = text("compat"); compat && *compat != "0.1") {
      wrong("compat", fmt::format("compat {} is not known", quote(*compat)), "write \"0.1\", or leave it out");
    } else {
      out.compat = compat.has_value();
    }
    out.auto_create_tables = flag("auto_create_tables");
    out.sync = flag("sync").value_or(true);
    out.locked = flag("locked").value_or(false);
    extra_features(out);
    entrypoints(out);
    out.lock_path = text("metaxy_lock_path");
    reference_settings();
    out.json = dump_compact(printed(out));
    return out;
  }

 private:
  const Json* find(std::string_view name) const {
    const auto it = tree_.values.find(std::string(name));
    return it == tree_.values.end() ? nullptr : &*it;
  }

  const Origin* origin(const std::string& at) const {
    const auto it = tree_.origins.find(at);
    return it == tree_.origins.end() ? nullptr : &it->second;
  }

  void wrong_at(const std::string& at, std::string message, std::string hint) {
    const Origin* where = origin(at);
    std::string subject = at.substr(1);
    std::ranges::replace(subject, '/', '.');
    faults_.add("setting " + subject, std::move(message), std::move(hint),
                where ? std::optional(where->value) : std::nullopt);
  }
  void wrong(std::string_view name, std::string message, std::string hint = {}) {
    wrong_at(pointer("", name), std::move(message), std::move(hint));
  }
  void wrong_shape(std::string_view name, std::string_view expected, const Json& value) {
    wrong(name, fmt::format("should be {}, but is {}", expected, describe(value)));
  }

  bool is_loose(std::string_view name) const {
    const Origin* where = origin(pointer("", name));
    return where && where->is_loose;
  }

  void unknown_keys() {
    std::vector<std::string> known;
    known.reserve(kSettingKeys.size());
    for (const SettingKey& key : kSettingKeys) known.emplace_back(key.name);
    for (const auto& [name, value] : tree_.values.items()) {
      if (std::ranges::find(known, name) != known.end()) continue;
      std::string hint = did_you_mean(name, known);
      if (hint.empty()) hint = fmt::format("known settings are {}", fmt::join(known, ", "));
      const Origin* where = origin(pointer("", name));
      faults_.add("", "unknown setting " + quote(name), std::move(hint),
                  where ? std::optional(where->key) : std::nullopt);
    }
  }

  std::optional<std::string> text(std::string_view name) {
    const Json* value = find(name);
    if (!value) return std::nullopt;
    if (!value->is_string()) {
      wrong(name, fmt::format("should be text, but is {}", describe(*value)),
            value->is_number() ? "put it in quotes" : "");
      return std::nullopt;
    }
    std::string out = value->get<std::string>();
    // A template whose variable is not set is as good as no setting.
    if (out.empty() && is_loose(name)) return std::nullopt;
    return out;
  }

  std::optional<bool> flag(std::string_view name) {
    const Json* value = find(name);
    if (!value) return std::nullopt;
    if (value->is_boolean()) return value->get<bool>();
    if (value->is_string() && is_loose(name)) {
      const std::string word = to_lower(value->get<std::string>());
      if (word.empty()) return std::nullopt;
      if (word == "1" || word == "true" || word == "yes" || word == "on") return true;
      if (word == "0" || word == "false" || word == "no" || word == "off") return false;
      wrong(name, fmt::format("{} is neither true nor false", quote(word)));
      return std::nullopt;
    }
    wrong_shape(name, "true or false", *value);
    return std::nullopt;
  }

  std::optional<std::int64_t> number(std::string_view name) {
    const Json* value = find(name);
    if (!value) return std::nullopt;
    if (value->is_number_integer()) return value->get<std::int64_t>();
    if (value->is_string() && is_loose(name)) {
      const std::string word = value->get<std::string>();
      if (word.empty()) return std::nullopt;
      std::int64_t out = 0;
      const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), out);
      if (failed == std::errc() && end == word.data() + word.size()) return out;
      wrong(name, fmt::format("{} is not an integer", quote(word)));
      return std::nullopt;
    }
    wrong_shape(name, "an integer", *value);
    return std::nullopt;
  }

  void hash_settings(Config& out) {
    if (const auto format = number("hash_format")) {
      if (*format == 0) {
        out.hash_format = hash::Format::V0;
      } else if (*format == 1) {
        out.hash_format = hash::Format::V1;
      } else {
        wrong("hash_format", fmt::format("hash format {} is not known", *format),
              "known are 0 (the reference's) and 1");
      }
    }
    if (const auto length = number("hash_truncation_length")) {
      constexpr std::int64_t kShortest = 8;
      constexpr std::int64_t kLongest = 64;  // of sha256 in hexadecimal
      if (*length < kShortest || *length > kLongest) {
        wrong("hash_truncation_length", fmt::format("{} is not between {} and {}", *length, kShortest, kLongest));
      } else {
        out.hash_truncation_length = static_cast<std::size_t>(*length);
      }
    }
  }

  void features(Config& out) {
    const Json* list = find("features");
    if (!list) return;
    if (!list->is_array()) return wrong_shape("features", "a list of files", *list);
    for (std::size_t i = 0; i < list->size(); ++i) {
      const std::string at = pointer("/features", i);
      const Json& item = (*list)[i];
      if (!item.is_string()) {
        wrong_at(at, fmt::format("should be a file or glob, but is {}", describe(item)), "");
        continue;
      }
      const Origin* where = origin(at);
      out.features.push_back(item.get<std::string>());
      out.feature_places.push_back(where ? where->value : Place{});
      if (out.features.back().empty()) wrong_at(at, "is empty", "name a file or a glob such as \"features/*.toml\"");
      if (where) out.features.back() = absolute_glob(where->folder, out.features.back());
    }
  }

  void stores(Config& out) {
    const Json* table = find("stores");
    if (!table) return;
    if (!table->is_object()) return wrong_shape("stores", "a table of stores", *table);
    for (const auto& [name, value] : table->items()) {
      if (auto store = read_store(tree_, name, value, faults_)) out.stores.emplace(name, std::move(*store));
    }
    refuse_fallback_cycles(out.stores, faults_);
  }

  // Settings that only the Python side uses; checked so that a slip shows early.
  void reference_settings() {
    text("theme");
    flag("enable_map_datatype");
    if (const Json* table = find("ext")) {
      if (!table->is_object() || !std::ranges::all_of(*table, [](const Json& item) { return item.is_object(); })) {
        wrong("ext", "should be a table of tables");
      }
    }
  }

  void entrypoints(Config& out) {
    const Json* list = find("entrypoints");
    if (!list) return;
    if (list->is_array() && std::ranges::all_of(*list, [](const Json& item) { return item.is_string(); })) {
      out.entrypoints = list->get<std::vector<std::string>>();
    } else {
      wrong("entrypoints", "should be a list of module names");
    }
  }

  void extra_features(Config& out) {
    const Json* list = find("extra_features");
    if (!list) return;
    if (!list->is_array()) return wrong_shape("extra_features", "a list of tables", *list);
    for (std::size_t i = 0; i < list->size(); ++i) {
      out.extra_features.push_back(selection((*list)[i], pointer("/extra_features", i)));
    }
  }

  std::vector<std::string> texts(const Json& value, const std::string& name, const std::string& at) {
    const Json list = value.value(name, Json::array());
    if (list.is_array() && std::ranges::all_of(list, [](const Json& item) { return item.is_string(); })) {
      return list.get<std::vector<std::string>>();
    }
    if (!list.is_null())
      wrong_at(pointer(at, name), fmt::format("should be a list of texts, but is {}", describe(list)), "");
    return {};
  }

  graph::Selection selection(const Json& value, const std::string& at) {
    graph::Selection out;
    if (!value.is_object()) {
      wrong_at(at, fmt::format("should be a table, but is {}", describe(value)), "");
      return out;
    }
    const std::vector<std::string> known = {"projects", "keys", "all"};
    for (const auto& [name, unused] : value.items())
      if (std::ranges::find(known, name) == known.end()) {
        const Origin* where = origin(pointer(at, name));
        faults_.add("setting extra_features", "unknown key " + quote(name), "known are projects, keys, all",
                    where ? std::optional(where->key) : std::nullopt);
      }
    out.projects = texts(value, "projects", at);
    for (const auto& key : texts(value, "keys", at)) {
      try {
        out.keys.push_back(spec::FeatureKey::parse(key));
      } catch (const Error& error) {
        wrong_at(pointer(at, "keys"), error.message(), error.hint());
      }
    }
    const Json all = value.value("all", Json(false));
    if (!all.is_boolean() && !all.is_null()) wrong_at(pointer(at, "all"), "should be true or false", "");
    out.all = all.is_boolean() && all.get<bool>();
    if (!out.all && out.projects.empty() && out.keys.empty()) {
      wrong_at(at, "selects nothing", "give projects, keys, or all = true");
    }
    return out;
  }

  Json printed(const Config& config) const {
    Json out = Json::object();
    for (const SettingKey& key : kSettingKeys) {
      if (key.name == "extend") continue;
      const Json* value = find(key.name);
      out[std::string(key.name)] = value ? *value : Json(nullptr);
    }
    out["store"] = config.store;
    if (config.hash_format) out["hash_format"] = *config.hash_format == hash::Format::V0 ? 0 : 1;
    if (config.hash_truncation_length) out["hash_truncation_length"] = *config.hash_truncation_length;
    if (config.auto_create_tables) out["auto_create_tables"] = *config.auto_create_tables;
    out["compat"] = config.compat ? Json("0.1") : Json(nullptr);
    Json stores = Json::object();
    for (const auto& [name, store] : config.stores) stores[name] = printed_store(tree_, name, store);
    out["stores"] = std::move(stores);
    return out;
  }

  const SettingTree& tree_;
  Faults& faults_;
};

}  // namespace

Config read_config(const SettingTree& tree, Faults& faults) { return ConfigReader(tree, faults).read(); }

}  // namespace metaxy::project
